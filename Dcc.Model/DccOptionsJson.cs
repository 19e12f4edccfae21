// The options of a model as the JSON text in its file, written and read by hand: a general serialiser takes a quarter of a second to warm up, half of
// what an app waits for its first embedding. A test holds it to the general one. Read next: DccModel.Files.cs.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Dcc.Kernels;

namespace Dcc.Model;

/// <summary>Properties are named as in the records; one that is missing keeps its default. Throws <see cref="JsonException"/>, <see cref="InvalidOperationException"/>, <see cref="FormatException"/> or <see cref="ArgumentException"/> on text that is not such options.</summary>
internal static class DccOptionsJson
{
    public static string Write(DccOptions options)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber(nameof(DccOptions.FrameSize), options.FrameSize);
            json.WriteNumber(nameof(DccOptions.FramesPerUnit), options.FramesPerUnit);
            json.WriteString(nameof(DccOptions.PictureScale), options.PictureScale.ToString());
            WriteNetwork(json, nameof(DccOptions.Visual), options.Visual);
            WriteNetwork(json, nameof(DccOptions.Audio), options.Audio);
            WriteLogMel(json, options.LogMel);
            json.WriteNumber(nameof(DccOptions.SpectrogramFrames), options.SpectrogramFrames);
            json.WriteNumber(nameof(DccOptions.SpectrogramMean), options.SpectrogramMean);
            json.WriteNumber(nameof(DccOptions.SpectrogramDeviation), options.SpectrogramDeviation);
            json.WriteString(nameof(DccOptions.Profile), options.Profile.ToString());
            json.WriteNumber(nameof(DccOptions.Clusters), options.Clusters);
            json.WriteNumber(nameof(DccOptions.AudioClusters), options.AudioClusters);
            json.WriteNumber(nameof(DccOptions.Dims), options.Dims);
            json.WriteNumber(nameof(DccOptions.Rounds), options.Rounds);
            json.WriteNumber(nameof(DccOptions.Sharpness), options.Sharpness);
            json.WriteBoolean(nameof(DccOptions.SquashFeatures), options.SquashFeatures);
            json.WriteBoolean(nameof(DccOptions.SharedProjections), options.SharedProjections);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static DccOptions Read(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement json = document.RootElement;
        DccOptions defaults = DccOptions.Paper;
        return new DccOptions
        {
            FrameSize = Int(json, nameof(DccOptions.FrameSize), defaults.FrameSize),
            FramesPerUnit = Int(json, nameof(DccOptions.FramesPerUnit), defaults.FramesPerUnit),
            PictureScale = Name(json, nameof(DccOptions.PictureScale), defaults.PictureScale),
            Visual = ReadNetwork(json, nameof(DccOptions.Visual)),
            Audio = ReadNetwork(json, nameof(DccOptions.Audio)),
            LogMel = json.TryGetProperty(nameof(DccOptions.LogMel), out JsonElement logMel) ? ReadLogMel(logMel) : defaults.LogMel,
            SpectrogramFrames = Int(json, nameof(DccOptions.SpectrogramFrames), defaults.SpectrogramFrames),
            SpectrogramMean = Single(json, nameof(DccOptions.SpectrogramMean), defaults.SpectrogramMean),
            SpectrogramDeviation = Single(json, nameof(DccOptions.SpectrogramDeviation), defaults.SpectrogramDeviation),
            Profile = Name(json, nameof(DccOptions.Profile), defaults.Profile),
            Clusters = Int(json, nameof(DccOptions.Clusters), defaults.Clusters),
            AudioClusters = Int(json, nameof(DccOptions.AudioClusters), defaults.AudioClusters),
            Dims = Int(json, nameof(DccOptions.Dims), defaults.Dims),
            Rounds = Int(json, nameof(DccOptions.Rounds), defaults.Rounds),
            Sharpness = Single(json, nameof(DccOptions.Sharpness), defaults.Sharpness),
            SquashFeatures = Bool(json, nameof(DccOptions.SquashFeatures), defaults.SquashFeatures),
            SharedProjections = Bool(json, nameof(DccOptions.SharedProjections), defaults.SharedProjections),
        };
    }

    private static void WriteNetwork(Utf8JsonWriter json, string name, NetworkOptions network)
    {
        json.WriteStartObject(name);
        json.WriteString(nameof(NetworkOptions.Architecture), network.Architecture.ToString());
        json.WriteStartArray(nameof(NetworkOptions.Blocks));
        foreach (BlockOptions block in network.Blocks)
        {
            json.WriteStartObject();
            json.WriteNumber(nameof(BlockOptions.Channels), block.Channels);
            json.WriteNumber(nameof(BlockOptions.Convolutions), block.Convolutions);
            json.WriteBoolean(nameof(BlockOptions.Pool), block.Pool);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean(nameof(NetworkOptions.BatchNorm), network.BatchNorm);
        json.WriteBoolean(nameof(NetworkOptions.PoolCeil), network.PoolCeil);
        json.WriteBoolean(nameof(NetworkOptions.PoolFirst), network.PoolFirst);
        json.WriteEndObject();
    }

    private static NetworkOptions ReadNetwork(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out JsonElement network)) throw new JsonException($"{name} is missing.");
        JsonElement list = network.GetProperty(nameof(NetworkOptions.Blocks));
        BlockOptions[] blocks = new BlockOptions[list.GetArrayLength()];
        for (int i = 0; i < blocks.Length; i++)
        {
            JsonElement block = list[i];
            blocks[i] = new BlockOptions(Int(block, nameof(BlockOptions.Channels), 0), Int(block, nameof(BlockOptions.Convolutions), 0), Bool(block, nameof(BlockOptions.Pool), false));
        }
        return new NetworkOptions
        {
            Architecture = Name(network, nameof(NetworkOptions.Architecture), NetworkArchitecture.Plain),   // files of before there was a choice have none
            Blocks = blocks,
            BatchNorm = Bool(network, nameof(NetworkOptions.BatchNorm), false),
            PoolCeil = Bool(network, nameof(NetworkOptions.PoolCeil), false),
            PoolFirst = Bool(network, nameof(NetworkOptions.PoolFirst), false),
        };
    }

    private static void WriteLogMel(Utf8JsonWriter json, LogMelOptions logMel)
    {
        json.WriteStartObject(nameof(DccOptions.LogMel));
        json.WriteNumber(nameof(LogMelOptions.SampleRate), logMel.SampleRate);
        json.WriteNumber(nameof(LogMelOptions.Window), logMel.Window);
        json.WriteNumber(nameof(LogMelOptions.Hop), logMel.Hop);
        json.WriteNumber(nameof(LogMelOptions.FftLength), logMel.FftLength);
        json.WriteNumber(nameof(LogMelOptions.Bands), logMel.Bands);
        json.WriteNumber(nameof(LogMelOptions.MinHz), logMel.MinHz);
        json.WriteNumber(nameof(LogMelOptions.MaxHz), logMel.MaxHz);
        json.WriteString(nameof(LogMelOptions.Centring), logMel.Centring.ToString());
        json.WriteBoolean(nameof(LogMelOptions.Power), logMel.Power);
        json.WriteString(nameof(LogMelOptions.Scale), logMel.Scale.ToString());
        json.WriteBoolean(nameof(LogMelOptions.LinearInHertz), logMel.LinearInHertz);
        json.WriteBoolean(nameof(LogMelOptions.AreaNormalized), logMel.AreaNormalized);
        json.WriteBoolean(nameof(LogMelOptions.ZeroDcBin), logMel.ZeroDcBin);
        json.WriteString(nameof(LogMelOptions.Log), logMel.Log.ToString());
        json.WriteNumber(nameof(LogMelOptions.LogOffset), logMel.LogOffset);
        json.WriteNumber(nameof(LogMelOptions.DecibelFloor), logMel.DecibelFloor);
        json.WriteNumber(nameof(LogMelOptions.TopDb), logMel.TopDb);
        json.WriteEndObject();
    }

    private static LogMelOptions ReadLogMel(JsonElement json)
    {
        LogMelOptions defaults = new();
        return new LogMelOptions
        {
            SampleRate = Int(json, nameof(LogMelOptions.SampleRate), defaults.SampleRate),
            Window = Int(json, nameof(LogMelOptions.Window), defaults.Window),
            Hop = Int(json, nameof(LogMelOptions.Hop), defaults.Hop),
            FftLength = Int(json, nameof(LogMelOptions.FftLength), defaults.FftLength),
            Bands = Int(json, nameof(LogMelOptions.Bands), defaults.Bands),
            MinHz = Double(json, nameof(LogMelOptions.MinHz), defaults.MinHz),
            MaxHz = Double(json, nameof(LogMelOptions.MaxHz), defaults.MaxHz),
            Centring = Name(json, nameof(LogMelOptions.Centring), defaults.Centring),
            Power = Bool(json, nameof(LogMelOptions.Power), defaults.Power),
            Scale = Name(json, nameof(LogMelOptions.Scale), defaults.Scale),
            LinearInHertz = Bool(json, nameof(LogMelOptions.LinearInHertz), defaults.LinearInHertz),
            AreaNormalized = Bool(json, nameof(LogMelOptions.AreaNormalized), defaults.AreaNormalized),
            ZeroDcBin = Bool(json, nameof(LogMelOptions.ZeroDcBin), defaults.ZeroDcBin),
            Log = Name(json, nameof(LogMelOptions.Log), defaults.Log),
            LogOffset = Single(json, nameof(LogMelOptions.LogOffset), defaults.LogOffset),
            DecibelFloor = Single(json, nameof(LogMelOptions.DecibelFloor), defaults.DecibelFloor),
            TopDb = Single(json, nameof(LogMelOptions.TopDb), defaults.TopDb),
        };
    }

    private static int Int(JsonElement json, string name, int otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;

    private static float Single(JsonElement json, string name, float otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : otherwise;

    private static double Double(JsonElement json, string name, double otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    private static bool Bool(JsonElement json, string name, bool otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : otherwise;

    private static T Name<T>(JsonElement json, string name, T otherwise) where T : struct, Enum =>
        json.TryGetProperty(name, out JsonElement value) ? (T)Enum.Parse(typeof(T), value.GetString() ?? "") : otherwise;
}
