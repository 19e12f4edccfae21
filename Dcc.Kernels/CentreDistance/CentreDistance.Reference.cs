// The definition of the distance between sets of centres, in double. Read next: Device.CentreDistance.cs.
namespace Dcc.Kernels;

public static class CentreDistanceReference
{
    /// <summary>No squared distance is smaller; where the floor is in force, no gradient flows.</summary>
    public const double SquareFloor = 1e-10;

    /// <summary>E2[i, j] = sum over the sound's centres of the squared distance to the picture's nearest centre; which one that is, and its squared distance.</summary>
    public static (double[] Distance, int[] Nearest, double[] Squares) Forward(CentreDistanceShape shape, double[] a, double[] v)
    {
        double[] distance = new double[shape.LengthDistance], squares = new double[shape.LengthNearest];
        int[] nearest = new int[shape.LengthNearest];
        for (int i = 0; i < shape.BatchA; i++)
        for (int j = 0; j < shape.BatchV; j++)
        for (int k = 0; k < shape.ClustersA; k++)
        {
            int at = (i * shape.BatchV + j) * shape.ClustersA + k;
            squares[at] = double.MaxValue;
            for (int other = 0; other < shape.ClustersV; other++)
            {
                double square = 0;
                for (int c = 0; c < shape.Dims; c++)
                    square += Math.Pow(v[(j * shape.ClustersV + other) * shape.Dims + c] - a[(i * shape.ClustersA + k) * shape.Dims + c], 2);
                square = Math.Max(square, SquareFloor);
                if (square < squares[at]) (squares[at], nearest[at]) = (square, other);
            }
            distance[i * shape.BatchV + j] += squares[at];
        }
        return (distance, nearest, squares);
    }

    public static (double[] GradA, double[] GradV) Backward(CentreDistanceShape shape, double[] a, double[] v, double[] gradDistance)
    {
        (_, int[] nearest, double[] squares) = Forward(shape, a, v);
        double[] gradA = new double[shape.LengthA], gradV = new double[shape.LengthV];
        for (int i = 0; i < shape.BatchA; i++)
        for (int j = 0; j < shape.BatchV; j++)
        for (int k = 0; k < shape.ClustersA; k++)
        {
            int at = (i * shape.BatchV + j) * shape.ClustersA + k;
            if (squares[at] <= SquareFloor) continue;
            for (int c = 0; c < shape.Dims; c++)
            {
                int atA = (i * shape.ClustersA + k) * shape.Dims + c, atV = (j * shape.ClustersV + nearest[at]) * shape.Dims + c;
                double gradient = 2 * gradDistance[i * shape.BatchV + j] * (a[atA] - v[atV]);
                gradA[atA] += gradient;
                gradV[atV] -= gradient;
            }
        }
        return (gradA, gradV);
    }
}
