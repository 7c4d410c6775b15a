using System.Globalization;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>The answer to one request; its body is read from the network as it is needed.</summary>
internal sealed class ApiAnswer(HttpResponseMessage response, CancellationToken superseded) : IDisposable
{
    private static readonly InputLimits StatusLimits = InputLimits.Default with { TextBytes = 1 << 20, ValuesPerObject = 10_000 };

    /// <summary>HTTP status.</summary>
    public int Code => (int)response.StatusCode;

    /// <summary>The request was carried out.</summary>
    public bool IsSuccess => response.IsSuccessStatusCode;

    /// <summary>Cancelled when the connection it came over is no longer to be used, because the client's certificate changed.</summary>
    public CancellationToken Superseded { get; } = superseded;

    /// <summary>The body.</summary>
    public Task<Stream> OpenAsync(CancellationToken cancellation) => response.Content.ReadAsStreamAsync(cancellation);

    /// <summary>The <c>Retry-After</c> header; null without it.</summary>
    public TimeSpan? RetryAfter(TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        return header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
    }

    /// <summary>The body as one object; <see cref="Tree.Missing"/> when there is none.</summary>
    public async Task<Tree> ReadAsync(ScalarPool pool, CancellationToken cancellation)
    {
        var stream = await OpenAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var builder = new TreeBuilder(pool, InputLimits.Default);
            var found = await new JsonFeed(stream, InputLimits.Default).RunAsync(builder, cancellation).ConfigureAwait(false);
            return builder.Refusal is { } refusal ? throw new JsonException($"The object {refusal}.") : found ? builder.Result : Tree.Missing;
        }
    }

    /// <summary>What the server says of a request it did not carry out. A proxy in between may answer with anything.</summary>
    public async Task<ApiStatus> ReadStatusAsync(ScalarPool pool, CancellationToken cancellation)
    {
        var tree = Tree.Missing;
        try
        {
            var stream = await OpenAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var builder = new TreeBuilder(pool, StatusLimits);
                tree = await new JsonFeed(stream, StatusLimits).RunAsync(builder, cancellation).ConfigureAwait(false) ? builder.Result : tree;
            }
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            // The status alone has to do.
        }

        var status = ApiStatus.Of(tree, Code);
        return status.Reason.Length > 0 || status.Message.Length > 0
            ? status with { Code = Code }
            : status with { Code = Code, Reason = response.StatusCode.ToString(), Message = string.Create(CultureInfo.InvariantCulture, $"HTTP status {Code} without a Status object") };
    }

    /// <inheritdoc/>
    public void Dispose() => response.Dispose();
}
