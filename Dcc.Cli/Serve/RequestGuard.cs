// Who may ask. Other web sites open in the same browser can send requests here too: by a name of theirs that suddenly means this machine (DNS rebinding), or by a form of theirs. Read next: PageServer.cs.
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Dcc.Cli;

/// <param name="listening">The address that the server listens on.</param>
internal sealed class RequestGuard(IPAddress listening)
{
    private static readonly string[] fromHere = ["same-origin", "none"];

    /// <summary>Throws a <see cref="Refusal"/> if the request did not come from the server's own page or from the address bar.</summary>
    public void Check(HttpRequest request)
    {
        if (!IsOurs(request.Host.Host))
            throw new Refusal(403, "This server answers by its address alone, such as 127.0.0.1 or localhost. Type the address that `dcc serve` printed.");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return;
        string? origin = request.Headers.Origin, site = request.Headers["Sec-Fetch-Site"];
        if ((origin is not null && !string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)) || (site is not null && !fromHere.Contains(site)))
            throw new Refusal(403, "This request comes from another web page, and only the server's own page is answered. Open the address that `dcc serve` printed.");
    }

    /// <summary>A name can be made to mean any address, a number cannot: of names only localhost is known.</summary>
    private bool IsOurs(string host)
    {
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)) return true;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)) return false;
        return IPAddress.IsLoopback(address) || address.Equals(listening) || listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any);
    }
}
