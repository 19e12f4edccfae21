// Vectors of many numbers on a plane: principal component analysis. Read next: ../Tasks/UnitAnalysis.cs.
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Dcc.Model;

/// <param name="Coordinates">[rows][axes]: each row's place along the axes, the mean row at 0.</param>
/// <param name="Shares">[axes]: the share of the rows' variance that lies along each axis; 0 if all rows are the same.</param>
public sealed record PrincipalAxes(double[][] Coordinates, double[] Shares)
{
    /// <summary>The directions in which rows differ most, the strongest first. An axis points so that the largest of its coordinates is positive: the same rows give the same picture.</summary>
    /// <param name="rows">At least one, all of the same length.</param>
    /// <param name="axes">How many; those beyond what the rows span are zeros.</param>
    public static PrincipalAxes Of(IReadOnlyList<float[]> rows, int axes = 2)
    {
        if (rows.Count == 0) throw new ArgumentException("Principal axes need at least one row.");
        int width = rows[0].Length;
        if (rows.FirstOrDefault(row => row.Length != width) is { } other) throw new ArgumentException($"All rows must have {width} numbers, one has {other.Length}.");
        Matrix<double> centred = Matrix<double>.Build.Dense(rows.Count, width, (r, c) => rows[r][c]);
        Vector<double> mean = centred.ColumnSums() / rows.Count;
        for (int r = 0; r < rows.Count; r++) centred.SetRow(r, centred.Row(r) - mean);
        // The inner products of the rows have the coordinates for eigenvectors, and there are fewer rows than numbers in a row, or about as many.
        Evd<double> found = (centred * centred.Transpose()).Evd(Symmetricity.Symmetric);
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(i => found.EigenValues[i].Real)];
        double all = Math.Max(centred.Enumerate().Sum(value => value * value), 1e-300);
        double[][] coordinates = [.. rows.Select(_ => new double[axes])];
        double[] shares = new double[axes];
        for (int axis = 0; axis < Math.Min(axes, rows.Count); axis++)
        {
            double value = Math.Max(0, found.EigenValues[order[axis]].Real);
            Vector<double> along = found.EigenVectors.Column(order[axis]) * Math.Sqrt(value);
            double sign = along[along.AbsoluteMaximumIndex()] < 0 ? -1 : 1;
            for (int r = 0; r < rows.Count; r++) coordinates[r][axis] = sign * along[r];
            shares[axis] = value / all;
        }
        return new PrincipalAxes(coordinates, shares);
    }
}
