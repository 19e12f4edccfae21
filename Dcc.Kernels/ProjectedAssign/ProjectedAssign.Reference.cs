// The definition of the projected assignment: project, then assign; in double. Read next: README.md, then Device.ProjectedAssign.cs.
namespace Dcc.Kernels;

public static class ProjectedAssignReference
{
    /// <summary>Centres [batch, clusters, dims] and assignments [batch, clusters, positions] of the last round.</summary>
    public static (double[] Centres, double[] Assignments) Forward(ProjectedAssignShape shape, double sharpness, double[] u, double[] weight) =>
        SoftAssignReference.Forward(shape.Projected, sharpness, Projections(shape, u, weight));

    /// <summary>gradU and gradWeight from the gradient of the centres.</summary>
    public static (double[] GradU, double[] GradWeight) Backward(ProjectedAssignShape shape, double sharpness, double[] u, double[] weight, double[] gradCentres)
    {
        double[] gradH = SoftAssignReference.Backward(shape.Projected, sharpness, Projections(shape, u, weight), gradCentres);
        double[] gradU = new double[shape.LengthU], gradWeight = new double[shape.LengthWeight];
        int channels = shape.Channels, width = shape.Projected.Width;
        for (int n = 0; n < shape.Batch * shape.Positions; n++)
        for (int c = 0; c < channels; c++)
        for (int i = 0; i < width; i++)
        {
            gradU[n * channels + c] += gradH[n * width + i] * weight[c * width + i];
            gradWeight[c * width + i] += gradH[n * width + i] * u[n * channels + c];
        }
        return (gradU, gradWeight);
    }

    private static double[] Projections(ProjectedAssignShape shape, double[] u, double[] weight)
    {
        int channels = shape.Channels, width = shape.Projected.Width;
        double[] h = new double[shape.Projected.LengthH];
        for (int n = 0; n < shape.Batch * shape.Positions; n++)
        for (int c = 0; c < channels; c++)
        for (int i = 0; i < width; i++) h[n * width + i] += u[n * channels + c] * weight[c * width + i];
        return h;
    }
}
