// What a visitor sent: the bytes of files, never their names. Read next: UploadReader.cs.
namespace Dcc.Cli;

/// <param name="Picture">A picture file, or null.</param>
/// <param name="Sound">A sound file, or null.</param>
/// <param name="Video">A video file, or null.</param>
/// <param name="Example">The number of a built-in example, or null.</param>
/// <param name="Second">Where the part to hear begins, seconds.</param>
internal sealed record Upload(byte[]? Picture, byte[]? Sound, byte[]? Video, int? Example, double Second);
