// The two-dimensional transforms of a tile: the one-dimensional ones along columns, then along rows, for one vector of channels.
// Read next: CpuDevice.Conv2dWinograd.cs.
namespace Dcc.Kernels;

/// <summary>Point (i, j) of n x n goes to (or comes from) plane i * n + j; planes lie <c>planeStep</c> floats apart.</summary>
internal static unsafe class WinogradTransforms<TForm, T> where TForm : struct, IWinogradForm where T : struct, ILanes<T>
{
    /// <summary>n: points of a line.</summary>
    public static int Points => TForm.Outputs + 2;

    public static int Planes => Points * Points;

    /// <summary>Floats of <c>line</c> scratch that any transform needs.</summary>
    public const int ScratchLength = 36 * 16;

    /// <summary>B^T d B of a patch of n x n inputs.</summary>
    public static void Input(float* patch, nint rowStep, nint columnStep, float* to, nint planeStep, float* line)
    {
        int n = Points, lanes = T.Count;
        for (int j = 0; j < n; j++) TForm.Input<T>(patch + j * columnStep, rowStep, line + j * lanes, n * lanes);
        for (int i = 0; i < n; i++) TForm.Input<T>(line + i * n * lanes, lanes, to + i * n * planeStep, planeStep);
    }

    /// <summary>
    /// The same for a patch that reaches out of the picture: inputs outside rows top..bottom-1 and columns left..right-1 are zero. <paramref name="zero"/> is a vector of zeros.
    /// </summary>
    public static void InputAtBorder(float* patch, nint rowStep, nint columnStep, int top, int bottom, int left, int right, float* zero, float* to, nint planeStep, float* line)
    {
        int n = Points, lanes = T.Count;
        float** rows = stackalloc float*[6];
        for (int j = 0; j < n; j++)
        {
            bool inside = j >= left && j < right;
            for (int i = 0; i < n; i++) rows[i] = inside && i >= top && i < bottom ? patch + i * rowStep + j * columnStep : zero;
            TForm.Input<T>(rows, line + j * lanes, n * lanes);
        }
        for (int i = 0; i < n; i++) TForm.Input<T>(line + i * n * lanes, lanes, to + i * n * planeStep, planeStep);
    }

    /// <summary>G g G^T of 3 x 3 taps.</summary>
    public static void Weight(float* taps, nint rowStep, nint columnStep, float* to, nint planeStep, float* line)
    {
        int n = Points, lanes = T.Count;
        for (int j = 0; j < 3; j++) TForm.Weight<T>(taps + j * columnStep, rowStep, line + j * lanes, 3 * lanes);
        for (int i = 0; i < n; i++) TForm.Weight<T>(line + i * 3 * lanes, lanes, to + i * n * planeStep, planeStep);
    }

    /// <summary>A^T M A: m x m outputs, output (i, j) at to + (i * m + j) * lanes.</summary>
    public static void Output(float* points, nint planeStep, float* to, float* line)
    {
        int n = Points, m = TForm.Outputs, lanes = T.Count;
        for (int j = 0; j < n; j++) TForm.Output<T>(points + j * planeStep, n * planeStep, line + j * lanes, n * lanes);
        for (int i = 0; i < m; i++) TForm.Output<T>(line + i * n * lanes, lanes, to + i * m * lanes, lanes);
    }

    /// <summary>A g A^T of m x m gradients.</summary>
    public static void Gradient(float* patch, nint rowStep, nint columnStep, float* to, nint planeStep, float* line)
    {
        int n = Points, m = TForm.Outputs, lanes = T.Count;
        for (int j = 0; j < m; j++) TForm.Gradient<T>(patch + j * columnStep, rowStep, line + j * lanes, m * lanes);
        for (int i = 0; i < n; i++) TForm.Gradient<T>(line + i * m * lanes, lanes, to + i * n * planeStep, planeStep);
    }

    /// <summary>G^T M G: gradients of 3 x 3 taps, tap (r, s) at to + (r * 3 + s) * lanes.</summary>
    public static void WeightGradient(float* points, nint planeStep, float* to, float* line)
    {
        int n = Points, lanes = T.Count;
        for (int j = 0; j < n; j++) TForm.WeightGradient<T>(points + j * planeStep, n * planeStep, line + j * lanes, n * lanes);
        for (int i = 0; i < 3; i++) TForm.WeightGradient<T>(line + i * n * lanes, lanes, to + i * 3 * lanes, lanes);
    }
}
