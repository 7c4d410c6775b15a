using System.Globalization;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Lists, page by page and item by item.</summary>
public sealed partial class ApiClient
{
    private const int PagedTries = 3;

    private static readonly TimeSpan PageTime = TimeSpan.FromMinutes(2);

    /// <summary>All objects of a selection, as of now (a consistent read). Neither the list nor a page of it is ever in memory as text or trees.</summary>
    /// <param name="selection">Which objects.</param>
    /// <param name="read">What is kept of one; null: nothing.</param>
    /// <param name="refused">Told of an object that is beyond the limits.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="pageSize">Objects of one page.</param>
    public async Task<ApiList<T>> ListAsync<T>(
        ApiSelection selection, Func<Tree, T?> read, Action<string>? refused, CancellationToken cancellation, int pageSize = 500)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(read);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AllPagesAsync(selection, read, refused, attempt <= PagedTries ? pageSize : 0, cancellation).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Status.IsExpired && attempt <= PagedTries)
            {
                // The token of the next page has expired: what was read belongs to a moment that is gone. In the end without pages.
            }
        }
    }

    private async Task<ApiList<T>> AllPagesAsync<T>(
        ApiSelection selection, Func<Tree, T?> read, Action<string>? refused, int pageSize, CancellationToken cancellation)
        where T : class
    {
        var items = new List<T>();
        string? next = null;
        while (true)
        {
            var limit = pageSize > 0 ? pageSize.ToString(CultureInfo.InvariantCulture) : null;
            var request = new ApiRequest(HttpMethod.Get, selection.With(("limit", limit), ("continue", next))) { Timeout = PageTime };
            var metadata = await PageAsync(request, read, refused, items, cancellation).ConfigureAwait(false);
            next = metadata["continue"].Text;
            if (next.Length == 0)
            {
                return new(items, metadata["resourceVersion"].Text);
            }
        }
    }

    private async Task<Tree> PageAsync<T>(ApiRequest request, Func<Tree, T?> read, Action<string>? refused, List<T> items, CancellationToken cancellation)
        where T : class
    {
        using var limit = new TimeLimit(request.Timeout, Time, cancellation);
        using var answer = await SendAsync(request, limit, cancellation).ConfigureAwait(false);
        return await GuardAsync(request, () => ReadPageAsync(answer, read, refused, items, limit.Token), cancellation).ConfigureAwait(false);
    }

    private async Task<Tree> ReadPageAsync<T>(ApiAnswer answer, Func<Tree, T?> read, Action<string>? refused, List<T> items, CancellationToken cancellation)
        where T : class
    {
        var stream = await answer.OpenAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var tokens = new ListTokens(new(Pool, InputLimits.Default));
            var feed = new JsonFeed(stream, InputLimits.Default);
            while (await feed.RunAsync(tokens, cancellation).ConfigureAwait(false) && !tokens.IsComplete)
            {
                if (tokens.Refusal is { } refusal)
                {
                    refused?.Invoke($"an object of the list {refusal} and is left out");
                }
                else if (read(tokens.Item!) is { } item)
                {
                    items.Add(item);
                }
            }

            return tokens.IsComplete ? tokens.Metadata : throw new System.Text.Json.JsonException("The answer is no list.");
        }
    }
}
