// The ops that make DCC: squash, soft assignment, and the comparison of centres. Read next: Losses.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>tanh(10 r) / r * x along the last dimension, r = |x|: nearly unit length unless very short.</summary>
    public static Tensor Squash(Tensor x)
    {
        int channels = x.Shape[-1];
        SquashShape shape = new(x.Shape.Count / Math.Max(1, channels), channels);
        Device device = x.Device;
        Tensor y = Output(x.Shape, x);
        device.SquashForward(shape, x.Buffer, y.Buffer);
        // saved: x; the lengths are computed again
        Record("Squash", [x], y, (gradients, gradY) => gradients.Add(x, gradX => device.SquashBackward(shape, x.Buffer, gradY, gradX)));
        return y;
    }

    /// <summary>
    /// Projected profile: h [batch, positions, clusters * dims] -> centres [batch, clusters, dims] and, for display, assignments [batch, clusters, positions].
    /// Gradient flows through the centres and all rounds.
    /// </summary>
    public static (Tensor Centres, DeviceBuffer<float> Assignments) SoftAssign(Tensor h, int clusters, int rounds, float sharpness)
    {
        RequireRank("SoftAssign", "h", h, 3, "[batch, positions, clusters * dims]");
        if (clusters < 1 || h.Shape[2] % clusters != 0) throw new ArgumentException($"SoftAssign: h {h.Shape} has {h.Shape[2]} values a position, which {clusters} clusters cannot share evenly.");
        SoftAssignShape shape = new(h.Shape[0], h.Shape[1], clusters, h.Shape[2] / clusters, rounds);
        Device device = h.Device;
        Tensor centres = Output(new TensorShape(shape.Batch, clusters, shape.Dims), h);
        // saved: h, and the unit centres and norms of each round but the last; assignments are computed again
        DeviceBuffer<float> assignments = Scope.Require(device).Rent<float>(shape.LengthAssignments), saved = Saved(centres, shape.LengthSaved);
        device.SoftAssignForward(shape, sharpness, h.Buffer, centres.Buffer, assignments, saved);
        Record("SoftAssign", [h], centres, (gradients, gradCentres) => gradients.Add(h, gradH => device.SoftAssignBackward(shape, sharpness, h.Buffer, saved, gradCentres, gradH)));
        return (centres, assignments);
    }

    /// <summary>
    /// The same from the features: u [batch, positions, channels] and weight [channels, clusters * dims], without the projections h = u · weight where the device has a
    /// shorter way to the centres.
    /// </summary>
    public static (Tensor Centres, DeviceBuffer<float> Assignments) ProjectedAssign(Tensor u, Tensor weight, int clusters, int rounds, float sharpness)
    {
        RequireRank("ProjectedAssign", "u", u, 3, "[batch, positions, channels]");
        RequireRank("ProjectedAssign", "weight", weight, 2, "[channels, clusters * dims]");
        if (weight.Shape[0] != u.Shape[2] || clusters < 1 || weight.Shape[1] % clusters != 0)
            throw new ArgumentException($"ProjectedAssign: weight {weight.Shape} must have a row for each of the {u.Shape[2]} channels of u {u.Shape} and as many columns for each of {clusters} clusters.");
        ProjectedAssignShape shape = new(u.Shape[0], u.Shape[1], u.Shape[2], clusters, weight.Shape[1] / clusters, rounds);
        Device device = u.Device;
        if (device.Kind != DeviceKind.Cpu || !shape.Pays) return SoftAssign(MatMul(u, weight), clusters, rounds, sharpness);
        Tensor centres = Output(new TensorShape(shape.Batch, clusters, shape.Dims), u, weight);
        // saved: u, weight, and per round the sums of features, the assignments, the unit centres and their norms
        DeviceBuffer<float> assignments = Scope.Require(device).Rent<float>(shape.LengthAssignments), saved = Saved(centres, shape.LengthSaved);
        device.ProjectedAssignForward(shape, sharpness, u.Buffer, weight.Buffer, centres.Buffer, assignments, saved);
        Record("ProjectedAssign", [u, weight], centres, (gradients, gradCentres) => gradients.AddAll([u, weight], grads =>
            device.ProjectedAssignBackward(shape, sharpness, u.Buffer, weight.Buffer, saved, gradCentres, grads[0], grads[1])));
        return (centres, assignments);
    }

    /// <summary>Euclidean profile: u [batch, positions, channels] -> weighted means [batch, clusters, channels] and assignments [batch, clusters, positions].</summary>
    public static (Tensor Centres, DeviceBuffer<float> Assignments) SoftAssignEuclidean(Tensor u, int clusters, int rounds, float sharpness)
    {
        RequireRank("SoftAssignEuclidean", "u", u, 3, "[batch, positions, channels]");
        SoftAssignEuclideanShape shape = new(u.Shape[0], u.Shape[1], u.Shape[2], clusters, rounds);
        Device device = u.Device;
        Tensor centres = Output(new TensorShape(shape.Batch, clusters, shape.Channels), u);
        // saved: u, the centres that entered each round, the centres
        DeviceBuffer<float> assignments = Scope.Require(device).Rent<float>(shape.LengthAssignments), saved = Saved(centres, shape.LengthSaved);
        device.SoftAssignEuclideanForward(shape, sharpness, u.Buffer, centres.Buffer, assignments, saved);
        Record("SoftAssignEuclidean", [u], centres, (gradients, gradCentres) => gradients.Add(u, gradU =>
            device.SoftAssignEuclideanBackward(shape, sharpness, u.Buffer, saved, centres.Buffer, gradCentres, gradU)));
        return (centres, assignments);
    }

    /// <summary>Audio centres [batchA, clusters, dims] against visual ones [batchV, clusters, dims]: S [batchA, batchV] = sum of cosines over clusters.</summary>
    public static Tensor CentreSimilarity(Tensor audio, Tensor visual)
    {
        RequireRank("CentreSimilarity", "audio", audio, 3, "[batch, clusters, dims]");
        RequireRank("CentreSimilarity", "visual", visual, 3, "[batch, clusters, dims]");
        if (audio.Shape[1] != visual.Shape[1] || audio.Shape[2] != visual.Shape[2])
            throw new ArgumentException($"CentreSimilarity: clusters and dims must match, audio is {audio.Shape}, visual {visual.Shape}.");
        CentreSimilarityShape shape = new(audio.Shape[0], visual.Shape[0], audio.Shape[1], audio.Shape[2]);
        Device device = audio.Device;
        Tensor similarity = Output(new TensorShape(shape.BatchA, shape.BatchV), audio, visual);
        device.CentreSimilarityForward(shape, audio.Buffer, visual.Buffer, similarity.Buffer);
        // saved: audio and visual; lengths and cosines are computed again
        Record("CentreSimilarity", [audio, visual], similarity, (gradients, gradS) => gradients.AddAll([audio, visual], grads =>
            device.CentreSimilarityBackward(shape, audio.Buffer, visual.Buffer, gradS, grads[0], grads[1])));
        return similarity;
    }

    /// <summary>Audio centres [batchA, audio clusters, dims] against visual ones [batchV, clusters, dims]: [batchA, batchV] sums of squared distances to the nearest.</summary>
    public static Tensor CentreDistance(Tensor audio, Tensor visual)
    {
        RequireRank("CentreDistance", "audio", audio, 3, "[batch, clusters, dims]");
        RequireRank("CentreDistance", "visual", visual, 3, "[batch, clusters, dims]");
        if (audio.Shape[2] != visual.Shape[2]) throw new ArgumentException($"CentreDistance: dims must match, audio is {audio.Shape}, visual {visual.Shape}.");
        CentreDistanceShape shape = new(audio.Shape[0], visual.Shape[0], audio.Shape[1], visual.Shape[1], audio.Shape[2]);
        Device device = audio.Device;
        Tensor distance = Output(new TensorShape(shape.BatchA, shape.BatchV), audio, visual);
        // saved: audio, visual, and for each centre its nearest one and their distance
        DeviceBuffer<int> nearest = Saved<int>(distance, shape.LengthNearest);
        DeviceBuffer<float> squares = Saved(distance, shape.LengthNearest);
        device.CentreDistanceForward(shape, audio.Buffer, visual.Buffer, distance.Buffer, nearest, squares);
        Record("CentreDistance", [audio, visual], distance, (gradients, gradDistance) => gradients.AddAll([audio, visual], grads =>
            device.CentreDistanceBackward(shape, audio.Buffer, visual.Buffer, nearest, squares, gradDistance, grads[0], grads[1])));
        return distance;
    }
}
