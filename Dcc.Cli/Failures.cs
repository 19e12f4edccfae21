// What a person reads when something goes wrong. Read next: CommandLine.cs.
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

/// <summary>Something the person at the keyboard can put right; the message says what and how.</summary>
internal sealed class CliException(string message, Exception? inner = null) : Exception(message, inner);

internal static class Failures
{
    /// <summary>The message of an error that was foreseen; of another one its trace as well, since only that helps to mend it.</summary>
    public static string Sentence(Exception failure) => failure switch
    {
        CliException or DataException or ModelFileException or DeviceNotFoundException or TrainingFailedException or NotSupportedException => failure.Message,
        InvalidOperationException { InnerException: DataException cause } => cause.Message,
        AggregateException { InnerException: { } cause } => Sentence(cause),
        IOException or UnauthorizedAccessException => $"{failure.Message.TrimEnd('.')}. Make room or choose another place with --out.",
        OutOfMemoryException => "There is not enough memory. Use --preset small, or close other programs.",
        _ => $"An error that was not foreseen; please report it with these lines.\n{failure}",
    };
}
