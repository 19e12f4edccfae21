// Options survive their file whole, and the hand-written text is that of the general serialiser. Read next: ../Dcc.Model/DccOptionsJson.cs.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class DccOptionsJsonTests
{
    private static readonly JsonSerializerOptions general = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Every property differs from its default, so that none can be forgotten unseen.</summary>
    private static readonly DccOptions unusual = new()
    {
        FrameSize = 96,
        FramesPerUnit = 3,
        PictureScale = PictureScale.Torchvision,
        Visual = new NetworkOptions { Blocks = [new(8, 1, true), new(24, 2, false)], BatchNorm = true, PoolCeil = true, PoolFirst = true },
        Audio = new NetworkOptions { Architecture = NetworkArchitecture.Residual, Blocks = [new(24, 3, true)], PoolCeil = true },
        LogMel = new LogMelOptions
        {
            SampleRate = 22050, Window = 500, Hop = 123, FftLength = 1024, Bands = 40, MinHz = 20.5, MaxHz = 9000.25, Centring = FrameCentring.Reflect, Power = true, Scale = MelScale.Slaney,
            LinearInHertz = true, AreaNormalized = true, ZeroDcBin = false, Log = MelLog.Decibel, LogOffset = 0.123f, DecibelFloor = 3e-7f, TopDb = 71.5f,
        },
        SpectrogramFrames = 77,
        SpectrogramMean = -0.1f,
        SpectrogramDeviation = 0.3f,
        Profile = ClusteringProfile.Euclidean,
        Clusters = 5,
        AudioClusters = 2,
        Dims = 7,
        Rounds = 4,
        Sharpness = 0.7f,
        SquashFeatures = false,
        SharedProjections = false,
    };

    public static TheoryData<string> Names => ["paper", "paper-pooled", "small", "simplified", "unusual"];

    private static DccOptions Named(string name) => name switch
    {
        "paper" => DccOptions.Paper, "paper-pooled" => DccOptions.PaperPooled, "small" => DccOptions.Small, "simplified" => DccOptions.Simplified, _ => unusual,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_is_read_back(string name)
    {
        DccOptions options = Named(name);
        Assert.Equal(JsonSerializer.Serialize(options, general), JsonSerializer.Serialize(DccOptionsJson.Read(DccOptionsJson.Write(options)), general));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_is_that_of_the_general_serialiser(string name)
    {
        DccOptions options = Named(name);
        JsonNode expected = JsonSerializer.SerializeToNode(options, general)!, actual = JsonNode.Parse(DccOptionsJson.Write(options))!;
        RemoveComputed(typeof(DccOptions), expected);
        RemoveComputed(typeof(NetworkOptions), expected["Visual"]!);
        RemoveComputed(typeof(NetworkOptions), expected["Audio"]!);
        RemoveComputed(typeof(LogMelOptions), expected["LogMel"]!);
        Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
    }

    [Fact]
    public void Options_of_before_networks_had_an_architecture_are_plain()
    {
        string old = DccOptionsJson.Write(DccOptions.Small).Replace("\"Architecture\":\"Plain\",", "", StringComparison.Ordinal);
        Assert.DoesNotContain("Architecture", old, StringComparison.Ordinal);
        Assert.Equal(DccOptionsJson.Write(DccOptions.Small), DccOptionsJson.Write(DccOptionsJson.Read(old)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Visual\":3}")]
    [InlineData("{\"Visual\":{\"Blocks\":[{\"Channels\":\"many\"}]}}")]
    public void Text_that_is_none_is_refused(string text) =>
        Assert.True(Assert.ThrowsAny<Exception>(() => DccOptionsJson.Read(text)) is JsonException or InvalidOperationException or FormatException or ArgumentException);

    /// <summary>Properties without a setter are not stored.</summary>
    private static void RemoveComputed(Type type, JsonNode node)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.SetMethod is null)) node.AsObject().Remove(property.Name);
    }
}
