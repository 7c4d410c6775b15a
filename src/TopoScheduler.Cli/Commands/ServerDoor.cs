using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Auth;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>The HTTP API of a running <c>toposched serve</c>: questions and the bytes of their answers (<c>docs/reference/api.md</c>).</summary>
/// <param name="Address">Where it is.</param>
/// <param name="TokenFile">The file with our token; null: none.</param>
/// <param name="Authority">The file with the certificates to trust; null: those of the system.</param>
internal sealed record ServerDoor(Uri Address, string? TokenFile, string? Authority)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The answer to a question without a body.</summary>
    /// <param name="path">What follows <c>/v1/</c>.</param>
    /// <param name="parameters">Names and values; those without a value are left out.</param>
    /// <exception cref="InputException">The question cannot be meant; the message says what was expected.</exception>
    /// <exception cref="ServerDoorException">It does not answer, or refuses.</exception>
    public string Get(string path, params (string Name, string? Value)[] parameters)
    {
        var query = string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return Send(new(HttpMethod.Get, Place(query.Length > 0 ? $"{path}?{query}" : path)));
    }

    /// <summary>The answer to a question with a body.</summary>
    /// <param name="path">What follows <c>/v1/</c>.</param>
    /// <param name="json">The body.</param>
    /// <exception cref="InputException">The question cannot be meant; the message says what was expected.</exception>
    /// <exception cref="ServerDoorException">It does not answer, or refuses.</exception>
    public string Post(string path, byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Send(new(HttpMethod.Post, Place(path)) { Content = content });
    }

    private Uri Place(string path) => new($"{Address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/{path}");

    private string Send(HttpRequestMessage request)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (Authority is not null)
        {
            var trust = new ServerTrust(PemSource.OfFile(Authority), TimeProvider.System);
            trust.Check();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Verify(certificate, chain, errors);
        }

        using var client = new HttpClient(handler) { Timeout = Limit };
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new("toposched", VersionLine.Version));
        if (TokenFile is not null) request.Headers.Authorization = new("Bearer", Token(TokenFile));
        try
        {
            // A command has nothing else to do meanwhile, and an interrupt ends the process.
            using var answer = client.SendAsync(request).GetAwaiter().GetResult();
            var text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode ? text : throw Refusal(request, (int)answer.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            throw new ServerDoorException($"{Name(request)}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static string Token(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } token ? token : throw new InputException($"{file}: is empty, expected a bearer token.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    // What the caller can mend is invalid input; anything else is the server's, or the right to ask it.
    private static Exception Refusal(HttpRequestMessage request, int status, string text)
    {
        var told = $"{Name(request)}: {status}{Told(text)}";
        // What is not there is told in a document; a server without the route has none.
        return status is 400 or 413 or 422 || (status == 404 && text.StartsWith('{')) ? new InputException(told) : new ServerDoorException(told, null);
    }

    private static string Name(HttpRequestMessage request) => $"{request.Method} {request.RequestUri}";

    private static string Told(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var told = new StringBuilder();
            if (document.RootElement.TryGetProperty("detail", out var detail)) told.Append(": ").Append(detail);
            foreach (var list in (string[])["fields", "problems"])
            {
                if (!document.RootElement.TryGetProperty(list, out var all)) continue;
                foreach (var one in all.EnumerateArray())
                {
                    told.Append(list == "fields"
                        ? $" {one.GetProperty("field")}=\"{one.GetProperty("value")}\": expected {one.GetProperty("expected")}."
                        : $" {one.GetProperty("object")}: {one.GetProperty("message")}");
                }
            }

            return told.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return text.Trim() is { Length: > 0 } other ? $": {other[..Math.Min(200, other.Length)]}" : "";
        }
    }
}
