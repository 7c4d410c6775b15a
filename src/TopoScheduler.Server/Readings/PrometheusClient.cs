using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using TopoScheduler.Kubernetes.Api.Auth;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Access;

namespace TopoScheduler.Server.Readings;

/// <summary>Asks a Prometheus server instant queries. The token goes to it and nobody else: redirections are not followed.</summary>
internal sealed class PrometheusClient : IDisposable
{
    private const int Mebibyte = 1 << 20;
    private const int LongestRefusal = 64 << 10;

    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _address;
    private readonly SecretFile? _token;
    private readonly PrometheusLimits _limits;
    private readonly TimeProvider _time;

    /// <summary>A client of a server; nothing is asked yet.</summary>
    /// <param name="server">Its base URL.</param>
    /// <param name="tokenFile">A file with the token for it.</param>
    /// <param name="authorityFile">PEM of the certificates that alone may vouch for it.</param>
    /// <param name="limits">What one question may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InputException">A file cannot be used.</exception>
    public PrometheusClient(string server, string? tokenFile, string? authorityFile, PrometheusLimits limits, TimeProvider time)
    {
        (_address, _limits, _time) = (new(server.TrimEnd('/') + "/api/v1/query"), limits, time);
        _token = tokenFile is { Length: > 0 } ? new(tokenFile) : null;
        _token?.Read();
        _invoker = new(Handler(authorityFile is { Length: > 0 } ? PemSource.OfFile(authorityFile) : null, time));
    }

    /// <summary>The rows that answer a question, each with what one of its labels says.</summary>
    /// <param name="query">PromQL.</param>
    /// <param name="label">The label.</param>
    /// <param name="at">Seconds since 1970 for which it is answered; null for now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="PrometheusException">It was not answered.</exception>
    public async Task<List<VectorRow>> AskAsync(string query, string label, double? at, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_limits.Time, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = Request(query, at);
            using var answer = await _invoker.SendAsync(request, either.Token).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.OK) return VectorReader.Read(await BodyAsync(answer, _limits.AnswerMiB * Mebibyte, either.Token).ConfigureAwait(false), label);
            throw await RefusedAsync(answer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new PrometheusException(PrometheusFault.Timeout, $"no answer within {_limits.Time.TotalSeconds:F0} seconds.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AuthenticationException)
        {
            throw new PrometheusException(PrometheusFault.Unreachable, $"{_address.GetLeftPart(UriPartial.Authority)} cannot be asked: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (InputException e)
        {
            throw new PrometheusException(PrometheusFault.Token, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler Handler(PemSource? authority, TimeProvider time)
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (authority is not null)
        {
            var trust = new ServerTrust(authority, time);
            trust.Check();
            tls.RemoteCertificateValidationCallback = (_, server, chain, errors) => trust.Verify(server, chain, errors);
        }

        return new()
        {
            SslOptions = tls,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
    }

    // Read to its end within the limit, which counts bytes as they are after decompression.
    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpResponseMessage answer, int most, CancellationToken cancellation)
    {
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var piece = new byte[64 << 10];
            int read;
            while ((read = await stream.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > most) throw new PrometheusException(PrometheusFault.TooLarge, $"the answer is larger than telemetry.answerMiB ({most / Mebibyte}) allows.");
                body.Write(piece, 0, read);
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }

    private static async Task<PrometheusException> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var reason = "";
        try
        {
            reason = VectorReader.ReasonOf(await BodyAsync(answer, LongestRefusal, cancellation).ConfigureAwait(false));
        }
        catch (PrometheusException)
        {
            // Longer than any reason.
        }

        return new(PrometheusFault.Status, $"answered with {(int)answer.StatusCode}{(reason.Length > 0 ? $": {reason}" : ".")}");
    }

    private HttpRequestMessage Request(string query, double? at)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("query", query), new("timeout", string.Create(CultureInfo.InvariantCulture, $"{_limits.Time.TotalMilliseconds:F0}ms")),
        };
        if (at is { } seconds) form.Add(new("time", seconds.ToString("F3", CultureInfo.InvariantCulture)));
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_token is not null) request.Headers.Authorization = new("Bearer", _token.Read());
        return request;
    }
}
