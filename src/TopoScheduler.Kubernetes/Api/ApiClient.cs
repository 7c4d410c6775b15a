using System.Net;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>
/// The API server as we use it. A refusal is an <see cref="ApiException"/>, no answer an <see cref="ApiUnavailableException"/>. A server that is
/// too busy (429, or 5xx with <c>Retry-After</c> where repeating does no harm) is asked again after the time it names, up to ten times.
/// </summary>
public sealed partial class ApiClient : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(32);

    private readonly ApiTransport _transport;
    private ServerVersion? _version;

    /// <summary>A client of a server; nothing is sent yet.</summary>
    /// <param name="connection">Where it is and who we are.</param>
    /// <param name="version">Our version, for the server's logs.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="Files.InputException">The certificates to trust cannot be read.</exception>
    public ApiClient(ApiConnection connection, string version, TimeProvider? time = null)
        : this(connection, version, time, null)
    {
    }

    /// <summary>A client whose requests go to a handler, not to the network: for tests without sockets.</summary>
    /// <param name="connection">Where it is and who we are.</param>
    /// <param name="version">Our version, for the server's logs.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="handler">Who answers; the client does not dispose it. Null: the network.</param>
    internal ApiClient(ApiConnection connection, string version, TimeProvider? time, HttpMessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(connection);
        (Connection, Time) = (connection, time ?? TimeProvider.System);
        _transport = new(connection, version, Time, handler);
    }

    /// <summary>Where it is and who we are.</summary>
    public ApiConnection Connection { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Strings shared by all objects read.</summary>
    internal ScalarPool Pool { get; } = new();

    /// <summary>The object at a path; null when there is none.</summary>
    public async Task<Tree?> GetAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await ObjectAsync(new(HttpMethod.Get, path), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Version of the server; asked once.</summary>
    public async Task<ServerVersion> GetVersionAsync(CancellationToken cancellation) =>
        _version ??= ServerVersion.Of(await ObjectAsync(new(HttpMethod.Get, "/version"), cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    /// <summary>Sends it and reads the object that comes back.</summary>
    internal async Task<Tree> ObjectAsync(ApiRequest request, CancellationToken cancellation)
    {
        using var limit = new TimeLimit(request.Timeout, Time, cancellation);
        using var answer = await SendAsync(request, limit, cancellation).ConfigureAwait(false);
        return await GuardAsync(request, () => answer.ReadAsync(Pool, limit.Token), cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends it and hands over the answer with its body unread, once the server has carried it out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Its time limit, begun anew for each attempt.</param>
    /// <param name="cancellation">The caller's wish.</param>
    internal async Task<ApiAnswer> SendAsync(ApiRequest request, TimeLimit limit, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            limit.Begin();
            var answer = await GuardAsync(request, () => _transport.SendAsync(request, limit.Token), cancellation).ConfigureAwait(false);
            if (answer.IsSuccess)
            {
                return answer;
            }

            using (answer)
            {
                var status = await GuardAsync(request, () => answer.ReadStatusAsync(Pool, limit.Token), cancellation).ConfigureAwait(false);
                if (attempt >= request.Repeats || Wait(request, answer, status, attempt) is not { } wait)
                {
                    throw new ApiException(request.Name, status);
                }

                limit.Pause();
                await Task.Delay(wait, Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Failures of the network, of the time limit and of the answer's text become one.</summary>
    internal static async Task<T> GuardAsync<T>(ApiRequest request, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ApiUnavailableException(request.Name, $"no answer within {request.Timeout.TotalSeconds:F0} seconds", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            var reason = e.InnerException is { } inner and not JsonException ? $"{e.Message} ({inner.Message})" : e.Message;
            throw new ApiUnavailableException(request.Name, reason, e);
        }
    }

    // Null: not to be repeated.
    private TimeSpan? Wait(ApiRequest request, ApiAnswer answer, ApiStatus status, int attempt)
    {
        var named = answer.RetryAfter(Time) ?? status.RetryAfter;
        var repeat = answer.Code == 429 ? !status.IsDisruptionBudget : answer.Code >= 500 && named is not null && request.IsIdempotent;
        if (!repeat)
        {
            return null;
        }

        var wait = named ?? TimeSpan.FromSeconds(1 << Math.Min(attempt, 5));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
