// dcc embed: three formats read back, times, hashes, and bad files skipped. Read next: ../../Dcc.Data/Embeddings/EmbeddingFile.cs.
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using Dcc.Tests.Cli;
using Parquet;
using Parquet.Schema;

namespace Dcc.Tests.Embeddings;

public sealed partial class EmbedTests(CliFiles files) : IClassFixture<CliFiles>
{
    private const int Width = 8, CentresWidth = 12, Unit = 5360;   // of the model in CliFiles

    private Task<CliResult> Embed(string output, string[] inputs, params string[] more) =>
        RunCli.Run(["embed", .. inputs.Select(files.PathOf), "--model", files.PathOf("good.safetensors"), "--device", "cpu", "--out", files.PathOf(output), .. more]);

    /// <summary>A folder with a picture, a sound of two units and a rest of 0.98, another of a fifth of a unit, and two bad files.</summary>
    private string Folder()
    {
        Directory.CreateDirectory(files.PathOf("media/below"));
        File.Copy(files.PathOf("good.png"), files.PathOf("media/a.png"), overwrite: true);
        File.Copy(files.PathOf("good.wav"), files.PathOf("media/b.wav"), overwrite: true);   // 16,000 samples
        WavWriter.Write(files.PathOf("media/below/c.wav"), new Sound([.. Enumerable.Range(0, Unit / 5).Select(i => 0.1f * MathF.Sin(0.3f * i))], 16000));
        File.WriteAllText(files.PathOf("media/d.png"), "This is a letter.");
        File.WriteAllBytes(files.PathOf("media/e.wav"), []);
        File.WriteAllText(files.PathOf("media/readme.txt"), "no medium");
        return "media";
    }

    [Theory]
    [InlineData("e.npz")]
    [InlineData("e.safetensors")]
    [InlineData("e.parquet")]
    public async Task Rows_of_each_format_are_what_the_model_says(string name)
    {
        CliResult result = await Embed(name, [Folder()], "--centres", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument told = JsonDocument.Parse(result.Output);
        Table table = Read(files.PathOf(name));
        Assert.Equal(["a.png", "b.wav", "b.wav", "b.wav", "c.wav"], table.File.Select(file => Path.GetFileName(file)));
        Assert.Equal(["image", "audio", "audio", "audio", "audio"], table.Modality);
        Assert.Equal([0, 0, 0.335, 0.67, 0], table.Start);
        Assert.Equal([0, 0.335, 0.67, 1, 0.067], table.End);

        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        Sound sound = WavReader.Read(files.PathOf("good.wav"));
        Close(model.EmbedImage(PictureReader.Read(files.PathOf("good.png"))), table.Embedding[0]);
        Close(model.EmbedAudio(sound), table.Embedding[1]);
        Close(model.EmbedAudio(new Sound(sound.Samples[(2 * Unit)..], 16000)), table.Embedding[3]);
        UnitAnalysis unit = model.AnalyzeOne(PictureReader.Read(files.PathOf("good.png")), sound);
        Close(unit.VisualCentres, table.Centres[0]);
        Close(unit.AudioCentres, table.Centres[1]);

        foreach (JsonElement metadata in new[] { JsonDocument.Parse(table.Metadata).RootElement, told.RootElement })
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(files.PathOf("good.safetensors")))), metadata.GetProperty("model_sha256").GetString());
            Assert.Equal(2, metadata.GetProperty("skipped").GetArrayLength());
            Assert.Equal(Unit, metadata.GetProperty("preprocessing").GetProperty("sound").GetProperty("unit_samples").GetInt32());
            Assert.True(metadata.GetProperty("complete").GetBoolean());
        }
        Assert.Empty(files.Leftovers());
    }

    [FfmpegFact]
    public async Task A_video_gives_a_row_of_sound_and_one_of_its_frame_for_each_unit()
    {
        string video = TestMedia.Make(files.PathOf("clock.mkv"), [.. TestMedia.Clock(1.2), .. TestMedia.Beep(1.2, 0, 1.2), "-c:v", "ffv1", "-c:a", "pcm_s16le"]);
        File.WriteAllText(files.PathOf("list.csv"), $"video,note\nclock.mkv,good\nnowhere.mp4,bad\n");
        CliResult result = await Embed("v.npz", ["list.csv"], "--hop", "0.5");
        Assert.True(result.ExitCode == 0, result.Error);
        Table table = Read(files.PathOf("v.npz"));
        Assert.Equal(["audio", "image", "audio", "image", "audio", "image"], table.Modality);
        Assert.Equal([0, 0, 0.5, 0.5, 1, 1], table.Start);
        using CpuDevice device = new();
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        TimedFrame[] frames = [.. MediaFile.ReadFrames(video, new FrameRequest(), default)];
        float[] expected = model.EmbedImage(frames.Last(frame => frame.Seconds <= 0.5 + 0.335 / 2).Picture), got = table.Embedding[3];
        // Four frames a hop are looked at: the one taken began at most an eighth of a second sooner.
        Assert.True(frames.Where(frame => Math.Abs(frame.Seconds - 0.6675) < 0.15).Any(frame => Distance(model.EmbedImage(frame.Picture), got) < 1e-4), $"{Distance(expected, got)}");
        Assert.Contains("1 of 2 cannot be used", result.Output, StringComparison.Ordinal);
        Assert.Contains("nowhere.mp4", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.npz", "d.png", "None of 1 files can be embedded")]
    [InlineData("x.npz", "hollow", "holds no picture, sound or video")]
    [InlineData("x.npz", "columns.csv", "none of its columns")]
    [InlineData("x.txt", "good.png", "says no format")]
    [InlineData("good.png/x.npz", "good.png", "cannot be written")]
    public async Task What_cannot_be_embedded_gets_a_sentence(string output, string input, string says)
    {
        Directory.CreateDirectory(files.PathOf("hollow"));
        File.WriteAllText(files.PathOf("d.png"), "This is a letter.");
        File.WriteAllText(files.PathOf("columns.csv"), "a,b\n1,2\n");
        CliResult result = await Embed(output, [input]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(files.PathOf(output)));
        Assert.Empty(files.Leftovers());
    }

    [Fact]
    public void A_file_that_turns_out_bad_takes_its_rows_with_it()
    {
        using EmbeddingSpool rows = new(files.PathOf("rows.part"), 2, 0);
        rows.Begin("good");
        rows.Add(Modality.Audio, 0, 1, new UnitEmbedding([1, 2], []));
        rows.Begin("bad");
        rows.Add(Modality.Audio, 0, 1, new UnitEmbedding([3, 4], []));
        rows.ForgetFrom(1);
        rows.Begin("good too");
        rows.Add(Modality.Image, 0, 0, new UnitEmbedding([5, 6], []));
        Assert.Equal([1, 2, 5, 6], rows.Vectors(0, 2));
        Assert.Equal(["good", "good too"], rows.Rows.Select(row => rows.Files[row.File]));
        Assert.Throws<ArgumentException>(() => rows.Add(Modality.Image, 0, 0, new UnitEmbedding([5], [])));
    }

    private sealed record Table(string[] File, string[] Modality, double[] Start, double[] End, float[][] Embedding, float[][] Centres, string Metadata);

    private static Table Read(string path) => Path.GetExtension(path) switch
    {
        ".npz" => ReadNpz(path),
        ".safetensors" => ReadSafetensors(path),
        _ => ReadParquet(path).GetAwaiter().GetResult(),
    };

    private static Table ReadNpz(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        float[] embedding = Numbers("embedding", "<f4", BitConverter.ToSingle, 4);
        return new Table(Texts("file"), Texts("modality"), Numbers("start_second", "<f8", BitConverter.ToDouble, 8), Numbers("end_second", "<f8", BitConverter.ToDouble, 8), [.. embedding.Chunk(Width)],
            archive.GetEntry("centres.npy") is null ? [] : [.. Numbers("centres", "<f4", BitConverter.ToSingle, 4).Chunk(CentresWidth)], Assert.Single(Texts("metadata")));

        (string Header, byte[] Data) Array(string name)
        {
            using Stream stream = archive.GetEntry($"{name}.npy")!.Open();
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            byte[] bytes = copy.ToArray();
            int length = BitConverter.ToUInt16(bytes, 8);
            Assert.Equal(0, (10 + length) % 64);
            return (Encoding.Latin1.GetString(bytes, 10, length), bytes[(10 + length)..]);
        }

        T[] Numbers<T>(string name, string type, Func<byte[], int, T> convert, int each)
        {
            (string header, byte[] data) = Array(name);
            Assert.Contains($"'descr': '{type}'", header, StringComparison.Ordinal);
            return [.. Enumerable.Range(0, data.Length / each).Select(i => convert(data, each * i))];
        }

        string[] Texts(string name)
        {
            (string header, byte[] data) = Array(name);
            int each = 4 * int.Parse(TextWidth().Match(header).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            return [.. Enumerable.Range(0, data.Length / each).Select(i => Encoding.UTF32.GetString(data, each * i, each).TrimEnd('\0'))];
        }
    }

    private static Table ReadSafetensors(string path)
    {
        Safetensors read = Safetensors.Load(path, integers: true);
        string[] names = JsonSerializer.Deserialize<string[]>(read.Metadata["files"])!;
        double[] Seconds(string name) => [.. read.Tensors[name].Values.Select(value => Math.Round(value, 4))];
        Assert.Equal(["F64", "F64", "I64", "U8"], new[] { "start_second", "end_second", "file", "modality" }.Select(name => read.Types[name]));
        return new Table([.. read.Tensors["file"].Values.Select(value => names[(int)value])], [.. read.Tensors["modality"].Values.Select(value => value == 0 ? "audio" : "image")], Seconds("start_second"), Seconds("end_second"),
            [.. read.Tensors["embedding"].Values.Chunk(Width)], [.. read.Tensors["centres"].Values.Chunk(CentresWidth)], read.Metadata["metadata"]);
    }

    private static async Task<Table> ReadParquet(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField[] fields = reader.Schema.DataFields;
        Assert.Equal(["file", "modality", "start_second", "end_second", "embedding/list/element", "centres/list/element"], fields.Select(field => field.Path.ToString()));
        int rows = (int)group.RowCount;
        string[] file = new string[rows], modality = new string[rows];
        double[] start = new double[rows], end = new double[rows];
        await group.ReadAsync(fields[0], file);
        await group.ReadAsync(fields[1], modality);
        await group.ReadAsync<double>(fields[2], start);
        await group.ReadAsync<double>(fields[3], end);
        return new Table(file, modality, start, end, await Lists(fields[4], Width), await Lists(fields[5], CentresWidth), reader.CustomMetadata["metadata"]);

        async Task<float[][]> Lists(DataField field, int width)
        {
            float[] values = new float[rows * width];
            int[] definition = new int[values.Length], repetition = new int[values.Length];
            await group.ReadRawAsync<float>(field, values, definition, repetition, CancellationToken.None);
            Assert.Equal(Enumerable.Range(0, values.Length).Select(i => i % width == 0 ? 0 : 1), repetition);
            return [.. values.Chunk(width)];
        }
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();

    private static void Close(float[] expected, float[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        Assert.InRange(Distance(expected, got), 0, 1e-5);
    }

    [GeneratedRegex(@"'descr': '<U(\d+)'")]
    private static partial Regex TextWidth();
}
