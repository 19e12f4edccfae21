// A training run's settings as a JSON file: read with --config, written as run.json beside the model for --resume. Read next: ../Commands/TrainCommand.cs.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using Dcc.Data;

namespace Dcc.Cli;

/// <summary>
/// One object whose names are those of the flags without their dashes, and "data" for what is trained on: {"data": "shards", "preset": "small", "steps": 5000, "squash": "on"}.
/// Relative paths start at the file's folder.
/// </summary>
internal static class TrainConfig
{
    public const string FileName = "run.json";

    private const string Data = "data";

    /// <summary>The command line that the file and the flags say together; a flag that was given wins. Throws <see cref="CliException"/> for names that are no flags and values that cannot be.</summary>
    public static ParseResult Merge(Command command, ParseResult given, string path, Option[] without, Symbol[] paths)
    {
        Dictionary<string, string> values = Read(path);
        List<string> line = [];
        Argument argument = command.Arguments.Single();
        string? data = given.GetResult(argument) is { Tokens: [Token token, ..] } ? token.Value : values.TryGetValue(Data, out string? its) ? Full(its) : null;
        values.Remove(Data);
        if (data is not null) line.Add(data);
        Dictionary<string, Option> flags = command.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal) && !option.Hidden).ToDictionary(option => option.Name[2..]);
        foreach ((string name, string value) in values)
        {
            if (!flags.TryGetValue(name, out Option? flag) || without.Contains(flag))
                throw new CliException($"{path}: \"{name}\" is no setting of dcc {command.Name}; the names are those of `dcc {command.Name} --help` without their dashes, and \"{Data}\".");
            if (given.GetResult(flag) is { Implicit: false }) continue;
            line.AddRange([flag.Name, paths.Contains(flag) ? Full(value) : value]);
        }
        foreach (Option flag in command.Options)
            if (given.GetResult(flag) is { Implicit: false } result && !without.Contains(flag)) line.AddRange([flag.Name, .. result.Tokens.Select(each => each.Value)]);
        ParseResult merged = command.Parse(line);
        return merged.Errors.Count == 0 ? merged : throw new CliException($"{path}: {merged.Errors[0].Message}");

        string Full(string value) => Path.GetFullPath(value, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>What was given, with full paths, so that the run can go on from another folder.</summary>
    public static string Write(Command command, ParseResult given, Option[] without, Symbol[] paths)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            if (given.GetResult(command.Arguments.Single()) is { Tokens: [Token token, ..] }) json.WriteString(Data, Path.GetFullPath(token.Value));
            foreach (Option flag in command.Options)
                if (!without.Contains(flag) && given.GetResult(flag) is { Implicit: false, Tokens: [Token value] }) json.WriteString(flag.Name[2..], paths.Contains(flag) ? Path.GetFullPath(value.Value) : value.Value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static Dictionary<string, string> Read(string path)
    {
        if (!File.Exists(path)) throw new CliException($"There is no file {path}: name a JSON file such as {{\"data\": \"shards\", \"steps\": 5000}} with --config.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new DataException($"{path} holds no JSON object: write {{\"steps\": 5000}}, the names as the flags'.");
            Dictionary<string, string> values = [];
            foreach (JsonProperty setting in json.RootElement.EnumerateObject())
                values.Add(setting.Name, setting.Value.ValueKind switch
                {
                    JsonValueKind.String => setting.Value.GetString()!,
                    JsonValueKind.Number => setting.Value.GetRawText(),
                    JsonValueKind.True => "on",
                    JsonValueKind.False => "off",
                    _ => throw new DataException($"{path}: \"{setting.Name}\" is {setting.Value.GetRawText()}, a text, a number, true or false was expected."),
                });
            return values;
        }
        catch (JsonException failure) { throw new DataException($"{path}, line {failure.LineNumber + 1}: it is no valid JSON ({failure.Message.Split('.')[0]}); correct it.", failure); }
    }
}
