// Principal axes against what can be seen by eye. Read next: ../../Dcc.Model/Evaluation/PrincipalAxes.cs.
using Dcc.Model;

namespace Dcc.Tests.Evaluation;

public sealed class PrincipalAxesTests
{
    [Fact]
    public void Points_on_a_line_need_one_axis()
    {
        PrincipalAxes axes = PrincipalAxes.Of([[1, 2, 2], [2, 4, 4], [4, 8, 8]]);
        Assert.Equal([-4, -1, 5], axes.Coordinates.Select(row => Math.Round(row[0], 9)));
        Assert.All(axes.Coordinates, row => Assert.Equal(0, row[1], 6));
        Assert.Equal(1, axes.Shares[0], 9);
    }

    [Fact]
    public void Distances_on_two_axes_are_those_of_points_in_a_plane()
    {
        // The corners of a rectangle, 6 by 2, in the plane of the first and third number; turned by nothing.
        PrincipalAxes axes = PrincipalAxes.Of([[0, 5, 0], [6, 5, 0], [6, 5, 2], [0, 5, 2]]);
        Assert.Equal([3, 3, 3, 3], axes.Coordinates.Select(row => Math.Round(Math.Abs(row[0]), 9)));
        Assert.Equal([1, 1, 1, 1], axes.Coordinates.Select(row => Math.Round(Math.Abs(row[1]), 9)));
        Assert.Equal(0.9, axes.Shares[0], 9);
        Assert.Equal(0.1, axes.Shares[1], 9);
    }

    [Fact]
    public void Rows_without_differences_lie_on_one_point_and_bad_rows_are_refused()
    {
        Assert.All(PrincipalAxes.Of([[1, 2], [1, 2]]).Coordinates, row => Assert.Equal([0, 0], row));
        Assert.Throws<ArgumentException>(() => PrincipalAxes.Of([]));
        Assert.Throws<ArgumentException>(() => PrincipalAxes.Of([[1, 2], [1]]));
    }
}
