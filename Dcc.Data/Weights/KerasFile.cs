// Keras .h5: HDF5 groups named after layers, with a dataset for each weight. Read next: KnownWeights.cs.
using Dcc.Tensors;
using PureHDF;
using PureHDF.VOL.Native;

namespace Dcc.Data;

/// <summary>Every dataset of numbers, by its path without the leading slash; text and references are passed over.</summary>
internal static class KerasFile
{
    private const int MostDatasets = 20_000, MostNested = 16;

    public static WeightFile Open(string path)
    {
        List<NamedTensor> tensors = [];
        Guarded(path, () =>
        {
            using NativeFile file = H5File.OpenRead(path);
            Collect(path, file, "", 0, tensors);
            return 0;
        });
        if (tensors.Count == 0) throw new DataException($"{path} is an HDF5 file without numbers in it: Keras' save_weights makes one that can be read.");
        return new WeightFile(path, "HDF5", tensors);
    }

    private static void Collect(string path, IH5Group group, string prefix, int depth, List<NamedTensor> tensors)
    {
        // A group can be a member of itself.
        if (depth > MostNested || tensors.Count > MostDatasets) throw new DataException($"{path}: groups are nested deeper than {MostNested} or there are more than {MostDatasets} datasets: this is no file of weights.");
        foreach (IH5Object child in group.Children())
        {
            string name = prefix + child.Name;
            if (child is IH5Group inner) Collect(path, inner, name + "/", depth + 1, tensors);
            else if (child is IH5Dataset { Type.Class: H5DataTypeClass.FloatingPoint or H5DataTypeClass.FixedPoint } dataset)
            {
                bool real = dataset.Type.Class == H5DataTypeClass.FloatingPoint;
                int width = dataset.Type.Size;
                int[] sizes = Array.ConvertAll(dataset.Space.Dimensions, size => checked((int)size));
                TensorShape shape = new(sizes);
                tensors.Add(new NamedTensor(name, shape, $"{(real ? "float" : "int")}{8 * width}", () => Guarded(path, () => Values(path, name, shape.Count, real ? width : 0))));
            }
        }
    }

    private static float[] Values(string path, string name, int count, int width)
    {
        using NativeFile file = H5File.OpenRead(path);
        IH5Dataset dataset = file.Dataset("/" + name);
        ulong[] flat = [(ulong)count];
        return width switch
        {
            4 => dataset.Read<float[]>(memoryDims: flat),
            8 => Array.ConvertAll(dataset.Read<double[]>(memoryDims: flat), value => (float)value),
            2 => Array.ConvertAll(dataset.Read<Half[]>(memoryDims: flat), value => (float)value),
            _ => throw new DataException($"{path}: dataset {name} is not of floating point: weights are floats of 2, 4 or 8 bytes."),
        };
    }

    /// <summary>A broken file fails in PureHDF with an exception of any kind.</summary>
    private static T Guarded<T>(string path, Func<T> read)
    {
        try { return read(); }
        catch (Exception failure) when (failure is not (DataException or OutOfMemoryException))
        {
            throw new DataException($"{path} cannot be read as HDF5 ({failure.Message.Split('\n')[0].TrimEnd('.')}): take a complete copy, or save it again with Keras' save_weights.", failure);
        }
    }
}
