// Takes a form's files into memory, within the limits. Nothing of a request becomes a path. Read next: PageAnswers.cs.
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dcc.Cli;

internal static class UploadReader
{
    private const int MostParts = 8, MostTextBytes = 64;

    public static async Task<Upload> Read(HttpRequest request, ServeLimits limits)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || type.Boundary.Length == 0)
            throw new Refusal(415, "A form with files (multipart/form-data) was expected. Use the page of this server.");
        if (request.ContentLength > limits.UploadBytes) throw limits.TooManyBytes();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        limit.CancelAfter(limits.UploadTime);
        try { return await Parts(new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).Value!, request.Body), limits, limit.Token); }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested) { throw limits.TooSlowUpload(); }
        catch (Exception failure) when (failure is IOException or InvalidDataException) { throw new Refusal(400, "The form is not whole. Reload the page and try again.", failure); }
    }

    private static async Task<Upload> Parts(MultipartReader reader, ServeLimits limits, CancellationToken cancel)
    {
        Dictionary<string, byte[]> parts = [];
        long left = limits.UploadBytes;
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            string? name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
            if (name is not ("picture" or "sound" or "video" or "example" or "second") || parts.Count == MostParts || parts.ContainsKey(name))
                throw new Refusal(400, "The form has a field that is not known here. Reload the page and try again.");
            parts.Add(name, await Bytes(section.Body, name is "example" or "second" ? Math.Min(left, MostTextBytes) : left, limits, cancel));
            left -= parts[name].Length;
        }
        return new Upload(parts.GetValueOrDefault("picture"), parts.GetValueOrDefault("sound"), parts.GetValueOrDefault("video"),
            parts.TryGetValue("example", out byte[]? example) ? (int)Number(example, "example") : null, parts.TryGetValue("second", out byte[]? second) ? Number(second, "second") : 0);
    }

    private static async Task<byte[]> Bytes(Stream body, long most, ServeLimits limits, CancellationToken cancel)
    {
        using MemoryStream bytes = new();
        byte[] buffer = new byte[81920];
        while (await body.ReadAsync(buffer, cancel) is > 0 and int got)
        {
            if (bytes.Length + got > most) throw limits.TooManyBytes();
            bytes.Write(buffer, 0, got);
        }
        return bytes.ToArray();
    }

    private static double Number(byte[] text, string name) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value < 1e6
            ? value
            : throw new Refusal(400, $"The form's {name} is no number. Reload the page and try again.");
}
