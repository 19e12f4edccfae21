// What is wrong with a file or a data set, said in one sentence. Read next: Scenes/SampleSet.cs.
namespace Dcc.Data;

/// <summary>A file is missing, broken or not what it should be. The message is a sentence for the person who named the file.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
