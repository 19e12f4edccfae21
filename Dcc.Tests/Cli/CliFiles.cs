// Good and bad files for tests of the program. Read next: BadInputTests.cs.
using System.Buffers.Binary;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.Cli;

/// <summary>A temporary folder with a picture, a sound and a small untrained model in it.</summary>
public sealed class CliFiles : IDisposable
{
    public const int Side = 32;

    public CliFiles()
    {
        Folder = Directory.CreateTempSubdirectory("dcc-cli-").FullName;
        AtomicFile.Write(PathOf("good.png"), stream => Png.Write(stream, Noise(Side, 1)));
        WavWriter.Write(PathOf("good.wav"), new Sound([.. Enumerable.Range(0, 16000).Select(i => 0.1f * MathF.Sin(0.1f * i))], 16000));
        using CpuDevice device = new();
        using DccModel model = DccModel.Create(device, Options, seed: 1);
        model.Save(PathOf("good.safetensors"));
    }

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    private static DccOptions Options { get; } = new()
    {
        FrameSize = Side,
        Visual = new NetworkOptions { Blocks = [new(4, 1, true), new(8, 1, true)] },
        Audio = new NetworkOptions { Blocks = [new(4, 1, true), new(8, 1, true)] },
        SpectrogramFrames = 32,
        Clusters = 3,
        Dims = 4,
    };

    internal static Picture Noise(int side, int seed)
    {
        byte[] rgb = new byte[3 * side * side];
        new Random(seed).NextBytes(rgb);
        return new Picture(side, side, rgb);
    }

    /// <summary>Makes the file of that name, by the rule its name tells.</summary>
    public string Make(string name)
    {
        byte[] png = File.ReadAllBytes(PathOf("good.png")), wav = File.ReadAllBytes(PathOf("good.wav")), model = File.ReadAllBytes(PathOf("good.safetensors"));
        string path = PathOf(name);
        switch (Path.GetFileNameWithoutExtension(name))
        {
            case "good": return path;
            case "missing": return path;
            case "empty": File.WriteAllBytes(path, []); break;
            case "text": File.WriteAllText(path, "This is a letter, nothing else.\n"); break;
            case "truncated":
                byte[] whole = Path.GetExtension(name) switch { ".png" => png, ".wav" => wav, _ => model };
                File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
                break;
            case "zero": File.WriteAllBytes(path, Sized(png, 0)); break;
            case "huge": File.WriteAllBytes(path, Sized(png, 100_000)); break;
            case "other_shape":
                Safetensors changed = Safetensors.Load(PathOf("good.safetensors"));
                changed.Metadata["options"] = changed.Metadata["options"].Replace("\"Clusters\":3", "\"Clusters\":5", StringComparison.Ordinal);
                changed.Save(path);
                break;
            case "sound" or "picture": File.WriteAllBytes(path, name.StartsWith("sound", StringComparison.Ordinal) ? wav : png); break;
            default: throw new ArgumentException(name);
        }
        return path;
    }

    private static byte[] Sized(byte[] png, int side)
    {
        byte[] changed = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(20), side);
        return changed;
    }

    /// <summary>Files in the folder that a run might have left.</summary>
    public IEnumerable<string> Leftovers() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)).Where(name => name.EndsWith(".part", StringComparison.Ordinal) || name == "heat.png");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
