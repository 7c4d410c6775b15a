using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Finds out what gang some pods are, and whether all of it is there.</summary>
/// <param name="book">Whom pods belong to.</param>
/// <param name="options">When a gang counts as complete.</param>
internal sealed class GangReader(PodBook book, GangOptions options)
{
    /// <summary>Reads the gang anew where a pod has come that it was not read with. A gang all of whose pods are bound is not read: nothing is to be planned.</summary>
    /// <returns>Why it is not known yet; null when it is.</returns>
    public async ValueTask<string?> ReadAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        var unbound = live.Where(p => p.NodeName is null).ToList();
        if (unbound.Count == 0 || (record.Gang is not null && unbound.TrueForAll(p => record.ReadWith.Contains(p.Uid)))) return null;
        var subject = await book.SubjectOfAsync(unbound[0], cancellation).ConfigureAwait(false);
        record.IsUnanswered = subject.IsUnanswered;
        if (subject.Incomplete is { } why) return why;
        record.Gang = subject.Gang with { Key = record.Key };
        record.Owner = subject.Owner;
        record.ReadWith = unbound.Select(p => p.Uid).ToHashSet(StringComparer.Ordinal);
        record.GrewAt = now;
        record.Since = live.Max(p => p.Created);
        return null;
    }

    /// <summary>What stands before planning the gang; null when nothing does.</summary>
    public async ValueTask<string?> WaitsForAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        var gang = record.Gang!;
        if (gang.Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } problem) return $"{problem.Object} {problem.Message}";
        if (gang.Roles.IsEmpty) return "its pods cannot be read as a gang";
        if (live.FirstOrDefault(p => p.OtherGate is not null) is { } other)
        {
            var closed = live.Count(p => p.OtherGate is not null);
            return Text($"{closed} of {live.Count} pods have the scheduling gate {other.OtherGate} of somebody else, which comes first");
        }

        var gated = live.Count(p => p.Gated);
        if (gated >= gang.Size) return null;
        var settled = record.GrewAt + TimeSpan.FromSeconds(options.SettleSeconds);
        if (now < settled) record.LookAgain(settled);
        else if (IsMadeOneByOne(record.Key.Kind)) return null;
        else if (await IsRemainderAsync(record, live, gated, cancellation).ConfigureAwait(false)) return null;
        return Text($"{gated} of {gang.Size} pods are there");
    }

    // Other members have finished, and these are made again: they are all that is to come.
    private async ValueTask<bool> IsRemainderAsync(GangRecord record, IReadOnlyList<GangPod> live, int gated, CancellationToken cancellation)
    {
        var gang = record.Gang!;
        if (gang.Roles.Length != 1 || live[0].Controller is not { } controller) return false;
        if (await book.UnfinishedOfAsync(controller, cancellation).ConfigureAwait(false) is not { } left || left >= gang.Size || gated < left) return false;
        record.Gang = gang with { Roles = [gang.Roles[0] with { Count = gated, PodNames = [] }], MinMembers = Math.Min(gang.MinMembers, gated) };
        return true;
    }

    // Their controllers make a pod only when the one before it runs: waiting for all would wait for ever.
    private static bool IsMadeOneByOne(string kind) => kind is "StatefulSet" or "LeaderWorkerSet" or "MPIJob" or "RayCluster" or "RayJob" or "RayService" or "SparkApplication";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
