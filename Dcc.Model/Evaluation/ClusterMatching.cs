// Which cluster stands for which class, one to one. Read next: RankingMetrics.cs.
namespace Dcc.Model;

/// <summary>The assignment problem, by the Hungarian method with potentials (Kuhn 1955; shortest augmenting paths, Jonker and Volgenant 1987): O(rows^2 * columns).</summary>
public static class ClusterMatching
{
    /// <summary>
    /// For each row its column, or -1 where there are fewer columns than rows: no column twice, the sum of the chosen weights as large as can be. With ties any best answer, the same one every time.
    /// </summary>
    /// <param name="weights">[rows, columns], for instance how strongly class r lights cluster c. Finite.</param>
    public static int[] Best(double[,] weights)
    {
        int rows = weights.GetLength(0), columns = weights.GetLength(1);
        foreach (double weight in weights)
            if (!double.IsFinite(weight)) throw new ArgumentException($"A weight of the matching is {weight}: clusters and classes can only be matched by finite numbers.");
        if (rows <= columns) return Assign(rows, columns, (r, c) => -weights[r, c]);
        int[] rowOf = Assign(columns, rows, (c, r) => -weights[r, c]), result = new int[rows];
        Array.Fill(result, -1);
        for (int c = 0; c < columns; c++) result[rowOf[c]] = c;
        return result;
    }

    /// <summary>Least cost, rows no more than columns. Row by row, along the cheapest path of reduced costs that ends at a free column; number 0 stands for "none".</summary>
    private static int[] Assign(int rows, int columns, Func<int, int, double> cost)
    {
        double[] rowPotential = new double[rows + 1], columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1], before = new int[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            double[] least = new double[columns + 1];
            Array.Fill(least, double.PositiveInfinity);
            bool[] done = new bool[columns + 1];
            rowOf[0] = row;
            int column = 0;
            do
            {
                done[column] = true;
                int current = rowOf[column], next = 0;
                double step = double.PositiveInfinity;
                for (int c = 1; c <= columns; c++)
                {
                    if (done[c]) continue;
                    double reduced = cost(current - 1, c - 1) - rowPotential[current] - columnPotential[c];
                    if (reduced < least[c]) (least[c], before[c]) = (reduced, column);
                    if (least[c] < step) (step, next) = (least[c], c);
                }
                for (int c = 0; c <= columns; c++)
                {
                    if (done[c])
                    {
                        rowPotential[rowOf[c]] += step;
                        columnPotential[c] -= step;
                    }
                    else least[c] -= step;
                }
                column = next;
            }
            while (rowOf[column] != 0);
            for (; column != 0; column = before[column]) rowOf[column] = rowOf[before[column]];
        }
        int[] columnOf = new int[rows];
        for (int c = 1; c <= columns; c++)
            if (rowOf[c] != 0) columnOf[rowOf[c] - 1] = c - 1;
        return columnOf;
    }
}
