using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Takes over from whoever led before: reads what was planned and holds it again, before anything new is planned.</summary>
/// <param name="writer">The API server.</param>
/// <param name="reader">Reads gangs.</param>
/// <param name="holds">Holds what was planned.</param>
/// <param name="pods">Asks for planned pods.</param>
/// <param name="roster">The pods the watch has shown.</param>
internal sealed class GangTakeover(GangWriter writer, GangReader reader, GangHolds holds, PlannedPods pods, GangRoster roster)
{
    /// <summary>Reads and holds it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A record for each placement there is.</returns>
    /// <exception cref="ApiException">The server does not say.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public async Task<IReadOnlyList<GangRecord>> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var records = new List<GangRecord>();
        foreach (var stored in await writer.ListAsync(cancellation).ConfigureAwait(false))
        {
            var record = new GangRecord(stored.Gang);
            record.Adopt(stored);
            await pods.FindAsync(stored, [], cancellation).ConfigureAwait(false);
            var live = roster.PodsOf(stored.Gang).Where(p => !p.Terminating).ToList();
            // One that cannot be read whoever asks, as its job is gone or members are missing that differ, must not keep all others waiting.
            if (await reader.ReadAsync(record, live, now, cancellation).ConfigureAwait(false) is not null && record.IsUnanswered)
            {
                throw new ApiUnavailableException(stored.Gang.Id, "it cannot be read, and has a plan", null);
            }

            GangHolds.Follow(record, live);
            if (record.Plan.Count > 0) holds.TakeUp(record, live, []);
            records.Add(record);
        }

        return records;
    }
}
