namespace TopoScheduler.Kubernetes.Api.Leases;

/// <summary>
/// Tells whether a Lease that others write is held by somebody we go along with, as a sidecar goes along with its scheduler. As for an elector, a record that
/// has not changed for its duration by our own clock is nobody's.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="ns">Namespace of the Lease.</param>
/// <param name="name">Its name.</param>
/// <param name="identity">What the identity of its holder begins with, up to an underscore: kube-scheduler's is its host name and something unique.</param>
public sealed class LeaseFollower(ApiClient client, string ns, string name, string identity)
{
    private readonly LeaseStore _store = new(client, new() { Namespace = ns, Name = name, Identity = identity });
    private LeaseSpec? _seen;
    private long _seenAt;
    private TimeSpan _duration = TimeSpan.FromSeconds(15);

    /// <summary>Who holds it as far as we know; empty: nobody.</summary>
    public string Holder => _seen?.HolderIdentity ?? "";

    /// <summary>Asks the server. Where it does not answer, the last answer holds until the record would have lapsed.</summary>
    public async Task<bool> IsHeldAsync(CancellationToken cancellation)
    {
        try
        {
            var spec = (await _store.ReadAsync(cancellation).ConfigureAwait(false))?.Spec;
            if (spec is null || !spec.IsSame(_seen)) _seenAt = client.Time.GetTimestamp();
            _seen = spec;
            if (spec?.LeaseDurationSeconds is { } seconds) _duration = TimeSpan.FromSeconds(seconds);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException or Files.InputException)
        {
            // No news.
        }

        var isOurs = Holder == identity || Holder.StartsWith(identity + "_", StringComparison.Ordinal);
        return isOurs && client.Time.GetElapsedTime(_seenAt) < _duration;
    }
}
