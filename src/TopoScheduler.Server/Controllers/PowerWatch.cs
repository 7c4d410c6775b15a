using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Server.Controllers;

/// <summary>
/// Tells people when a power domain is over its budget, because the budget fell or others bound pods there, and when it is so no longer: in the log and as
/// events on the domain and on the gangs that are to be capped or moved first. While this replica leads. It changes nothing in the cluster.
/// <para>An overshoot is told once when it begins, however many pods come and go, then every <see cref="Repeat"/> with the figures of that time.</para>
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="roster">Says when something has changed.</param>
/// <param name="subjects">What events are about.</param>
/// <param name="tell">Told of events; must not wait.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class PowerWatch(
    ClusterState state, GangRoster roster, PowerSubjects subjects, Action<EventNote> tell, TimeProvider time, ILogger<PowerWatch> logger)
{
    /// <summary>Time between two tellings of one overshoot: less than events of one series may be apart.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromMinutes(5);

    // Budgets change with time as well, and readings do without an event.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private const string Action = "Watching";

    // Budgets of a whole site may fall at once. Those furthest over are told one by one.
    private const int MostDomains = 32;

    private readonly Dictionary<PowerDomainId, Told> _told = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Looks after every change until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        roster.Changed += Wake;
        try
        {
            while (true)
            {
                var began = time.GetTimestamp();
                await TryLookAsync(cancellation).ConfigureAwait(false);
                await SleepAsync(time.GetElapsedTime(began), cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            roster.Changed -= Wake;
        }
    }

    /// <summary>One look. Costs next to nothing while nothing is over and nothing was.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var cluster = state.Current;
        if (_told.Count == 0 && !OvershootReporter.IsAnyOver(cluster)) return;
        var levels = PowerLevel.Of(cluster);
        TellEnded(levels);
        var due = levels.Where(l => l.OverWatts > 0 && !(_told.TryGetValue(l.Domain, out var told) && time.GetElapsedTime(told.At) < Repeat)).OrderByDescending(l => l.OverWatts).ToList();
        if (due.Count == 0) return;
        var first = due.Take(MostDomains).Select(l => l.Domain).ToHashSet();
        foreach (var overshoot in OvershootReporter.Report(cluster, [.. OvershootReporter.DomainsOver(cluster).Where(d => first.Contains(IdOf(cluster.Power.Domains[d])))]))
        {
            await TellAsync(cluster, overshoot, cancellation).ConfigureAwait(false);
        }

        if (due.Count > MostDomains) LogMoreOver(due.Count - MostDomains);
        foreach (var level in due.Skip(MostDomains)) _told[level.Domain] = new(time.GetTimestamp(), null);
    }

    private static PowerDomainId IdOf(PowerDomain domain) => new(domain.Kind, domain.Name);

    private void Wake() => _wake.Writer.TryWrite(true);

    // The log and the domain first: looking for the placements of gangs asks the API server.
    private async Task TellAsync(ClusterSnapshot cluster, PowerOvershoot overshoot, CancellationToken cancellation)
    {
        LogOver(overshoot.Summary);
        var subject = subjects.OfDomain(cluster, overshoot.Domain);
        _told[overshoot.Domain] = new(time.GetTimestamp(), subject);
        if (subject is not null) Tell(subject, "PowerOverBudget", overshoot.Summary, isWarning: true);
        foreach (var relief in overshoot.Reliefs.Take(PowerSubjects.MostGangs))
        {
            foreach (var gang in await subjects.OfGangAsync(relief, cancellation).ConfigureAwait(false)) Tell(gang, "PowerOverBudget", overshoot.Summary, isWarning: true);
        }
    }

    private void TellEnded(ImmutableArray<PowerLevel> levels)
    {
        if (_told.Count == 0) return;
        var known = levels.ToDictionary(l => l.Domain);
        foreach (var (id, told) in _told.ToList())
        {
            var isBounded = known.TryGetValue(id, out var level);
            if (isBounded && level.OverWatts > 0) continue;
            _told.Remove(id);
            var sentence = isBounded
                ? string.Create(CultureInfo.InvariantCulture, $"{id} is within its budget again: it carries {level.CommittedWatts:N0} W of {level.BudgetWatts:N0} W.")
                : $"{id} has no budget any more.";
            LogWithin(sentence);
            if (told.Subject is { } subject) Tell(subject, "PowerWithinBudget", sentence, isWarning: false);
        }
    }

    private void Tell(EventSubject subject, string reason, string sentence, bool isWarning) => tell(new(subject, reason, Action, sentence, isWarning));

    private async Task TryLookAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTold(e.Message);
        }
    }

    // Events come in swarms, and a change of the tree has the snapshot built anew: looking is not to be the only thing this process does.
    private async Task SleepAsync(TimeSpan looked, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(stop.Token).AsTask(), Task.Delay(Interval, time, stop.Token)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.Delay(looked * 4 is var pause && pause < Gathering ? Gathering : pause < Interval ? pause : Interval, time, cancellation).ConfigureAwait(false);
        while (_wake.Reader.TryRead(out _))
        {
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Overshoot}")]
    private partial void LogOver(string overshoot);

    [LoggerMessage(4, LogLevel.Warning, "{Domains} more power domains are over their budgets, by less")]
    private partial void LogMoreOver(int domains);

    [LoggerMessage(2, LogLevel.Information, "{Domain}")]
    private partial void LogWithin(string domain);

    [LoggerMessage(3, LogLevel.Warning, "whether a power domain is over its budget cannot be told: {Reason}; it is tried again")]
    private partial void LogNotTold(string reason);

    private readonly record struct Told(long At, EventSubject? Subject);
}
