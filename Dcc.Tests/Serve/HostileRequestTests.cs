// What the served page answers to requests that it should not answer, each in a sentence: no browser is needed to send them. Read next: ../../Dcc.Cli/Serve/PageServer.cs.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dcc.Cli;

namespace Dcc.Tests.Serve;

public sealed class HostileRequestTests(ServedPage page) : IClassFixture<ServedPage>, IDisposable
{
    private readonly HttpClient client = new() { BaseAddress = new Uri(page.Address) };

    private byte[] Png => File.ReadAllBytes(page.Files.PathOf("good.png"));

    private byte[] Wav => File.ReadAllBytes(page.Files.PathOf("good.wav"));

    [Fact]
    public async Task A_picture_and_a_sound_are_answered()
    {
        (int status, JsonElement content) = await Ask(("picture", Png), ("sound", Wav));
        Assert.Equal(200, status);
        JsonElement steps = content.GetProperty("steps");
        Assert.Equal(9, steps.GetArrayLength());
        Assert.Equal(content.GetProperty("similarity").GetSingle(), steps[content.GetProperty("rounds").GetInt32()].GetProperty("similarity").GetSingle());
        Assert.StartsWith("data:audio/wav", content.GetProperty("sound").GetProperty("wav").GetString(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("text.png", 415, "a text file")]
    [InlineData("truncated.png", 422, "end is missing")]
    [InlineData("empty.png", 422, "empty file")]
    [InlineData("zero.png", 422, "damaged")]
    [InlineData("huge.png", 422, "100,000 x 100,000")]
    [InlineData("sound.png", 415, "a WAV sound")]
    public async Task A_bad_picture_gets_a_sentence(string name, int expected, string reason) => await Refused(expected, reason, ("picture", File.ReadAllBytes(page.Files.Make(name))), ("sound", Wav));

    [Theory]
    [InlineData("text.wav", 415, "a text file")]
    [InlineData("truncated.wav", 422, "truncated")]
    [InlineData("empty.wav", 422, "empty file")]
    [InlineData("picture.wav", 415, "a PNG picture")]
    public async Task A_bad_sound_gets_a_sentence(string name, int expected, string reason) => await Refused(expected, reason, ("picture", Png), ("sound", File.ReadAllBytes(page.Files.Make(name))));

    [Fact]
    public async Task A_sound_whose_header_lies_about_its_size_is_refused()
    {
        byte[] lying = Wav;
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(40), 0x7fffffff);
        await Refused(422, "truncated", ("picture", Png), ("sound", lying));
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(24), 3);   // three samples a second: hours
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(40), (uint)lying.Length - 44);
        await Refused(422, "at most 5 are taken", ("picture", Png), ("sound", lying));
    }

    [Fact]
    public async Task A_picture_that_unpacks_to_gigabytes_is_refused_before_it_is_decoded() => await Refused(422, "unpack to more", ("picture", Bomb()), ("sound", Wav));

    [Fact]
    public async Task Too_many_pixels_and_too_many_bytes_are_refused()
    {
        await Refused(422, "at most 0 million are taken", ("picture", Bytes(stream => Dcc.Cli.Png.Write(stream, Cli.CliFiles.Noise(400, 1)))), ("sound", Wav));
        await Refused(413, "too large", ("picture", new byte[3 << 20]), ("sound", Wav));
    }

    [Fact]
    public async Task A_missing_half_an_unknown_field_and_no_form_are_refused()
    {
        await Refused(400, "A sound is missing", ("picture", Png));
        await Refused(400, "A picture and a sound are missing", ("second", "1.5"u8.ToArray()));
        await Refused(400, "field that is not known", ("path", "/etc/passwd"u8.ToArray()));
        await Refused(404, "no example 100", ("example", "99"u8.ToArray()));
        await Refused(400, "no number", ("example", "-1"u8.ToArray()));
        await Refused(400, "no number", ("second", "NaN"u8.ToArray()));
        using StringContent json = new("{}", Encoding.UTF8, "application/json");
        Assert.Equal(415, (int)(await client.PostAsync("answer", json)).StatusCode);
    }

    [Fact]
    public async Task Names_of_files_lead_nowhere()
    {
        using MultipartFormDataContent form = [];
        form.Add(Part(Png), "picture", "../../../../etc/passwd");
        form.Add(Part(Wav), "sound", "C:\\Windows\\<script>alert(1)</script>.wav");
        HttpResponseMessage response = await client.PostAsync("answer", form);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.DoesNotContain("passwd", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/page.js/../../dcc.dll")]
    [InlineData("/dcc.dll")]
    [InlineData("/examples/../about.jpg")]
    [InlineData("/examples/99.jpg")]
    [InlineData("/examples/99999999999999999999.jpg")]
    public async Task No_file_of_the_host_is_reached(string path)
    {
        (string status, string body) = await Raw($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404", status, StringComparison.Ordinal);
        Assert.Contains("There is no such", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", 403)]
    [InlineData("localhost.evil.example:5210", 403)]
    [InlineData("192.168.0.7", 403)]
    [InlineData("localhost:1234", 200)]
    [InlineData("[::1]", 200)]
    public async Task Another_name_for_this_machine_is_refused(string host, int expected)
    {
        (string status, string body) = await Raw($"GET /about HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {expected}", status, StringComparison.Ordinal);
        if (expected == 403) Assert.Contains("by its address alone", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_page_is_refused(string header, string value)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "answer") { Content = Form(("example", "0"u8.ToArray())) };
        request.Headers.Add(header, value);
        HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("another web page", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_are_answered_or_told_to_come_back()
    {
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.PostAsync("answer", Form(("picture", Png), ("sound", Wav)))));
        Assert.All(responses, response => Assert.Contains((int)response.StatusCode, new[] { 200, 429 }));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        foreach (HttpResponseMessage refused in responses.Where(response => (int)response.StatusCode == 429))
        {
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("Try again", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(200, (await Ask(("example", "0"u8.ToArray()))).Status);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_given_up()
    {
        (string status, string body) = await Raw("POST /answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n--b\r\n");
        Assert.StartsWith("HTTP/1.1 408", status, StringComparison.Ordinal);
        Assert.Contains("took longer than 2 seconds", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_half_form_and_a_wrong_method_are_refused()
    {
        (string status, _) = await Raw("POST /answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\nConnection: close\r\n\r\n--b\r\n");
        Assert.StartsWith("HTTP/1.1 400", status, StringComparison.Ordinal);
        Assert.Equal(405, (int)(await client.DeleteAsync("about")).StatusCode);
        Assert.Equal(405, (int)(await client.GetAsync("answer")).StatusCode);
    }

    [Fact]
    public async Task Every_response_forbids_other_sources()
    {
        foreach (string path in new[] { "", "page.js", "about", "nowhere" })
        {
            HttpResponseMessage response = await client.GetAsync(path);
            string policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Theory]
    [InlineData("0.0.0.0", "--open-to-network")]
    [InlineData("192.168.0.7", "--open-to-network")]
    [InlineData("example.org", "is no address")]
    public void Other_machines_are_let_in_only_if_that_was_asked_for(string host, string said)
    {
        Assert.Contains(said, Assert.Throws<CliException>(() => ServeCommand.Address(host, network: false)).Message, StringComparison.Ordinal);
        Assert.Equal(IPAddress.Any, ServeCommand.Address("0.0.0.0", network: true));
        Assert.Equal(IPAddress.Loopback, ServeCommand.Address("localhost", network: false));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_a_sentence()
    {
        int port = new Uri(page.Address).Port;
        CliException thrown = await Assert.ThrowsAsync<CliException>(() => PageServer.Start(page.Answers(), IPAddress.Loopback, port, ServedPage.Limits, _ => { }));
        Assert.Contains($"127.0.0.1:{port} cannot be listened on", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("--port", thrown.Message, StringComparison.Ordinal);
    }

    private async Task Refused(int expected, string reason, params (string Name, byte[] Content)[] parts)
    {
        (int status, JsonElement content) = await Ask(parts);
        string sentence = content.GetProperty("error").GetString()!;
        Assert.True(status == expected && sentence.Contains(reason, StringComparison.Ordinal) && sentence.EndsWith('.'), $"{status}: {sentence}");
        Assert.Empty(page.Complaints);
    }

    private async Task<(int Status, JsonElement Content)> Ask(params (string Name, byte[] Content)[] parts)
    {
        HttpResponseMessage response = await client.PostAsync("answer", Form(parts));
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] parts)
    {
        MultipartFormDataContent form = [];
        foreach ((string name, byte[] content) in parts) form.Add(Part(content), name, "file");
        return form;
    }

    private static ByteArrayContent Part(byte[] content) => new(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    /// <summary>Sends exactly these characters and reads until the server closes.</summary>
    private async Task<(string Status, string Body)> Raw(string request)
    {
        using TcpClient connection = new();
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(page.Address).Port);
        NetworkStream stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(stream, Encoding.UTF8);
        string[] parts = (await reader.ReadToEndAsync()).Split("\r\n\r\n", 2);
        return (parts[0].Split("\r\n")[0], parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>A PNG of 32 x 32 pixels whose data unpack to 64 MB.</summary>
    private byte[] Bomb()
    {
        byte[] packed = Bytes(stream =>
        {
            using ZLibStream zip = new(stream, CompressionLevel.Fastest, leaveOpen: true);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) zip.Write(zeros);
        });
        byte[] good = Png;
        return Bytes(stream =>
        {
            stream.Write(good, 0, 33);   // signature and header
            byte[] number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, packed.Length);
            stream.Write(number);
            stream.Write("IDAT"u8);
            stream.Write(packed);
            stream.Write(new byte[4]);
            stream.Write(good, good.Length - 12, 12);
        });
    }

    private static byte[] Bytes(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }

    public void Dispose() => client.Dispose();
}
