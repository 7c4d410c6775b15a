using System.Net;
using System.Text.Json;

namespace TopoScheduler.Kubernetes.Api.Leases;

/// <summary>The Lease on the server. Writes carry the resource version that was read: a write in between gives 409.</summary>
internal sealed class LeaseStore(ApiClient client, LeaseOptions options)
{
    /// <summary>The lease; null when there is none.</summary>
    public async Task<LeaseObject?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await SendAsync(new(HttpMethod.Get, Path), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Takes or renews it.</summary>
    /// <param name="lease">As it was read; null: create it.</param>
    /// <param name="isOurs">We hold it already.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<LeaseObject> WriteAsync(LeaseObject? lease, bool isOurs, CancellationToken cancellation)
    {
        var now = LeaseSpec.MicroTime(client.Time.GetUtcNow());
        var old = lease?.Spec;
        var spec = (old ?? new()) with
        {
            HolderIdentity = options.Identity,
            LeaseDurationSeconds = (int)Math.Ceiling(options.Duration.TotalSeconds),
            AcquireTime = isOurs && old?.AcquireTime is { } since ? since : now,
            RenewTime = now,
            LeaseTransitions = old is null ? 0 : (old.LeaseTransitions ?? 0) + (isOurs ? 0 : 1),
        };
        return lease is null
            ? SendAsync(new(HttpMethod.Post, ApiResource.Leases.Path(options.Namespace)) { Body = Json(New(spec)) }, cancellation)
            : SendAsync(new(HttpMethod.Put, Path) { Body = Json(lease with { Spec = spec }) }, cancellation);
    }

    /// <summary>Gives it up, so that others need not wait.</summary>
    public Task<LeaseObject> ReleaseAsync(LeaseObject lease, CancellationToken cancellation)
    {
        var now = LeaseSpec.MicroTime(client.Time.GetUtcNow());
        var spec = (lease.Spec ?? new()) with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = now, AcquireTime = now };
        return SendAsync(new(HttpMethod.Put, Path) { Body = Json(lease with { Spec = spec }) }, cancellation);
    }

    private string Path => ApiResource.Leases.Path(options.Namespace, options.Name);

    private LeaseObject New(LeaseSpec spec) => new() { Metadata = new() { Name = options.Name, Namespace = options.Namespace }, Spec = spec };

    private static byte[] Json(LeaseObject lease) => JsonSerializer.SerializeToUtf8Bytes(lease, LeaseJson.Default.LeaseObject);

    private async Task<LeaseObject> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        // A renewal that waits politely comes too late: the elector has its own rhythm.
        request = request with { Repeats = 0, Timeout = options.RenewDeadline };
        using var limit = new TimeLimit(request.Timeout, client.Time, cancellation);
        using var answer = await client.SendAsync(request, limit, cancellation).ConfigureAwait(false);
        return await ApiClient.GuardAsync(request, () => ParseAsync(answer, limit.Token), cancellation).ConfigureAwait(false);
    }

    private static async Task<LeaseObject> ParseAsync(ApiAnswer answer, CancellationToken cancellation)
    {
        var stream = await answer.OpenAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await JsonSerializer.DeserializeAsync(stream, LeaseJson.Default.LeaseObject, cancellation).ConfigureAwait(false)
                ?? throw new JsonException("The answer is no Lease.");
        }
    }
}
