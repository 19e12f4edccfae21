// Which rung of the product ladder is fastest on this device for a shape, measured once and kept in a file. Read next: ../MatMul/GpuDevice.ProductTuning.cs.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dcc.Kernels;

/// <summary>
/// Measured choices of one device. They never change a result: all rungs give the same bits (GpuProductLadderTests). The file is JSON to read or to delete; a file that cannot
/// be read, or is of another device, is measured anew and says so in <see cref="Problem"/>. Off unless <see cref="GpuDevice.Tuning"/> is set.
/// </summary>
public sealed class GpuTuning
{
    private readonly Dictionary<string, TunedProduct> products = new(StringComparer.Ordinal);

    /// <param name="device">The device's name, kept in the file.</param>
    /// <param name="path">The file, made with its folder when the first choice is measured.</param>
    public GpuTuning(string device, string path)
    {
        Device = device;
        FilePath = path;
        if (!File.Exists(path)) return;
        try { Read(File.ReadAllBytes(path)); }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            products.Clear();
            Problem = $"The tile choices in {path} cannot be read ({failure.Message.TrimEnd('.')}); they are measured anew. Delete the file if this comes again.";
        }
    }

    public string Device { get; }

    public string FilePath { get; }

    /// <summary>Null, or what was wrong with the file, in a sentence.</summary>
    public string? Problem { get; private set; }

    /// <summary>Choices known, read or measured.</summary>
    public int Count => products.Count;

    /// <summary>The user's own cache: $XDG_CACHE_HOME, ~/.cache or %LOCALAPPDATA%, then dcc/tuning-DEVICE.json.</summary>
    public static string DefaultPath(string device)
    {
        string folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        StringBuilder name = new();
        foreach (char letter in device.ToLowerInvariant()) name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        return Path.Combine(folder, "dcc", $"tuning-{string.Join('-', name.ToString().Split('-', StringSplitOptions.RemoveEmptyEntries))}.json");
    }

    internal ProductVariant? Find(string product) => products.TryGetValue(product, out TunedProduct? tuned) ? tuned.Best : null;

    /// <summary>Keeps the fastest of some measured rungs and writes the file. A folder that cannot be written to costs the measurement, not the run.</summary>
    internal ProductVariant Add(string product, IReadOnlyList<(ProductVariant Rung, double Microseconds)> measured)
    {
        TunedProduct tuned = new(measured.MinBy(m => m.Microseconds).Rung, measured);
        products[product] = tuned;
        try { Write(); }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Problem = $"The tile choices cannot be kept in {FilePath} ({failure.Message.TrimEnd('.')}); they are measured again next time.";
        }
        return tuned.Best;
    }

    private void Read(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        string device = document.RootElement.GetProperty("device").GetString() ?? "";
        if (device != Device) throw new FormatException($"it is of \"{device}\", this is \"{Device}\"");
        foreach (JsonElement entry in document.RootElement.GetProperty("products").EnumerateArray())
        {
            List<(ProductVariant, double)> measured = [];
            foreach (JsonProperty rung in entry.GetProperty("microseconds").EnumerateObject()) measured.Add((Enum.Parse<ProductVariant>(rung.Name), rung.Value.GetDouble()));
            products[entry.GetProperty("product").GetString()!] = new TunedProduct(Enum.Parse<ProductVariant>(entry.GetProperty("rung").GetString()!), measured);
        }
    }

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(FilePath))!);
        string temporary = string.Create(CultureInfo.InvariantCulture, $"{FilePath}.{Environment.ProcessId}.tmp");
        using (FileStream stream = File.Create(temporary))
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("device", Device);
            json.WriteStartArray("products");
            foreach ((string product, TunedProduct tuned) in products.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("product", product);
                json.WriteString("rung", tuned.Best.ToString());
                json.WriteStartObject("microseconds");
                foreach ((ProductVariant rung, double microseconds) in tuned.Measured) json.WriteNumber(rung.ToString(), Math.Round(microseconds, 1));
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        File.Move(temporary, FilePath, overwrite: true);
    }

    private sealed record TunedProduct(ProductVariant Best, IReadOnlyList<(ProductVariant Rung, double Microseconds)> Measured);
}
