// The model that a verb works with: opened, and named so that a result can be traced to it. Read next: Commands/LocalizeCommand.cs.
using System.CommandLine;
using System.Security.Cryptography;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal static class ModelFile
{
    public static Option<string> Option() => new("--model")
    {
        Description = "A model that `dcc demo` or `dcc train` made.", HelpName = "FILE", DefaultValueFactory = _ => Path.Combine("dcc-demo", "model.safetensors"),
    };

    public static void RequireThere(string path)
    {
        if (!File.Exists(path)) throw new CliException($"There is no model {path}: `dcc demo` makes one in a few minutes, or name another with --model.");
    }

    public static DccModel Load(Device device, string path)
    {
        RequireThere(path);
        return DccModel.Load(device, path);
    }

    /// <summary>SHA-256 of the file, hexadecimal.</summary>
    public static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
