// A file of named tensors, whatever wrote it: the format is found by its first bytes. Read next: KnownWeights.cs, NumpyFile.cs, KerasFile.cs, OnnxFile.cs.
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>A tensor in a file, row-major. <paramref name="Type"/> is the file's own word for the type of its numbers; <paramref name="Read"/> fetches them as floats.</summary>
public sealed record NamedTensor(string Name, TensorShape Shape, string Type, Func<float[]> Read);

/// <summary>What a file holds, in the file's order. Values are read when asked for: most files bring a classifier that nobody wants.</summary>
public sealed class WeightFile
{
    internal WeightFile(string path, string format, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Path = path;
        Format = format;
        Tensors = tensors;
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    public string Path { get; }

    /// <summary>"safetensors", "npz", "npy", "HDF5" or "ONNX".</summary>
    public string Format { get; }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Words beside the tensors (safetensors alone has them).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens safetensors, .npz, .npy, Keras .h5 or ONNX. Throws <see cref="DataException"/> or <see cref="ModelFileException"/> with one sentence.</summary>
    public static WeightFile Open(string path)
    {
        byte[] head = new byte[16];
        int read;
        using (FileStream stream = InputFile.Open(path, "a file of weights")) read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> start = head.AsSpan(0, read);
        try
        {
            if (InputFile.Starts(start, "\u0089HDF\r\n\u001a\n")) return KerasFile.Open(path);
            if (InputFile.Starts(start, "\u0093NUMPY")) return NumpyFile.Open(path);
            if (InputFile.Starts(start, "PK\u0003\u0004") || InputFile.Starts(start, "PK\u0005\u0006")) return NumpyFile.OpenArchive(path);
            if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 1 and <= 5) throw Pickle(path);
            if (start.Length > 8 && start[8] == '{') return FromSafetensors(path);
            if (System.IO.Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase)) return OnnxFile.Open(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read to its end ({failure.Message.TrimEnd('.')}): take a complete copy.", failure);
        }
        throw new DataException($"{path} is {InputFile.KindOrUnknown(start)}, not weights: safetensors, .npz, .npy, Keras .h5 and .onnx can be read; save a TensorFlow checkpoint as .npz first.");
    }

    /// <summary>A pickle is a program; it is never run.</summary>
    internal static DataException Pickle(string path) => new(
        $"{path} is a PyTorch pickle, which runs code when it is opened and is therefore refused: in Python, `safetensors.torch.save_file(torch.load(\"{System.IO.Path.GetFileName(path)}\", weights_only=True), \"weights.safetensors\")` makes a file that can be read.");

    private static WeightFile FromSafetensors(string path)
    {
        Safetensors file = Safetensors.Load(path, integers: true);
        return new WeightFile(path, "safetensors", [.. file.Tensors.Select(pair => new NamedTensor(pair.Key, pair.Value.Shape, file.Types[pair.Key], () => pair.Value.Values))], file.Metadata);
    }
}
