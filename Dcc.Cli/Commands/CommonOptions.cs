// Options that several verbs share, and opening the device they name. Read next: DemoCommand.cs.
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using Dcc.Kernels;

namespace Dcc.Cli;

internal sealed class CommonOptions
{
    public Option<string> Device { get; } = new("--device")
    {
        Description = "Where to compute: auto, cpu, cuda, cuda:1, opencl, opencl:1 or simulator; `dcc devices` lists what this machine has.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public Option<int> Threads { get; } = Whole("--threads", "Threads of the CPU device; results do not depend on it. All cores if not given.", least: 1);

    public Option<string> Tuning { get; } = new("--tuning")
    {
        Description = "On a GPU: the file that keeps the measured tile choices of the device, auto for one in your cache folder, or off. No result depends on it.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "auto",
    };

    public Option<long> Seed { get; } = new("--seed")
    {
        Description = "Names every random choice: the same seed on the same device gives the same model, bit for bit.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = argument => long.TryParse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture, out long seed) ? seed : Wrong<long>(argument, "--seed takes a whole number from 0 on"),
    };

    public static Option<int> Whole(string name, string description, int least) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = argument => int.TryParse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : Wrong<int>(argument, $"{name} takes a whole number from {least} on"),
    };

    /// <summary>A positive number, or null if it is not given.</summary>
    public static Option<float?> Positive(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = argument => float.TryParse(Text(argument), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value > 0 && float.IsFinite(value)
            ? value
            : Wrong<float?>(argument, $"{name} takes a number greater than 0"),
    };

    /// <summary>on, off, or null if it is not given. Not a bool: the library would take words other than true and false for arguments.</summary>
    public static Option<string?> OnOff(string name, string description) => Choice<string?>(name, description, null, new Dictionary<string, string?> { ["on"] = "on", ["off"] = "off" });

    public static Option<T> Choice<T>(string name, string description, T usual, IReadOnlyDictionary<string, T> choices)
    {
        Option<T> option = new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Keys),
            DefaultValueFactory = _ => usual,
            CustomParser = argument => choices.TryGetValue(Text(argument), out T? value) ? value : Wrong<T>(argument, $"{name} takes {string.Join(" or ", choices.Keys)}"),
        };
        // A shell would otherwise be offered the names of the enum.
        option.CompletionSources.Clear();
        option.CompletionSources.Add(_ => choices.Keys.Select(word => new CompletionItem(word)));
        return option;
    }

    public void AddTo(Command command, bool seed = true)
    {
        command.Options.Add(Device);
        command.Options.Add(Threads);
        command.Options.Add(Tuning);
        if (seed) command.Options.Add(Seed);
    }

    /// <summary>Opens the device that was named and says what was passed over.</summary>
    public Device Open(ParseResult arguments, Screen screen)
    {
        int threads = arguments.GetValue(Threads);
        Device device = Devices.Open(arguments.GetValue(Device)!, screen.Note);
        if (device is GpuDevice { Kind: not DeviceKind.Simulator } gpu) Tune(gpu, arguments.GetValue(Tuning)!, screen);
        if (threads == 0 || device is not CpuDevice) return device;
        device.Dispose();
        return new CpuDevice(threads);
    }

    /// <summary>On a GPU the fastest tile for a shape is measured when it first comes, and kept: no result depends on it.</summary>
    private static void Tune(GpuDevice device, string file, Screen screen)
    {
        if (file == "off") return;
        device.Tuning = new GpuTuning(device.Name, file == "auto" ? GpuTuning.DefaultPath(device.Name) : file);
        screen.Note(device.Tuning.Problem ?? $"Tile choices of this device: {device.Tuning.FilePath} ({device.Tuning.Count} measured so far; --tuning off goes by shape alone).");
    }

    private static string Text(ArgumentResult argument) => argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";

    private static T Wrong<T>(ArgumentResult argument, string rule)
    {
        argument.AddError($"{rule}, not \"{Text(argument)}\".");
        return default!;
    }
}
