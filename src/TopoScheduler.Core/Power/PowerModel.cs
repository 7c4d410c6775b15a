using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>
/// The power tree as labels and resources describe it, as linear constraints over node draws, with the budgets of one moment or of a time to come.
/// Immutable.
/// </summary>
/// <remarks>
/// Budgets may have windows in which they are lower. Until somebody says which moment it is (<see cref="At"/>) the lowest budget counts: not knowing the time
/// must not admit more. What runs for a while must hold the lowest budget of that while (<see cref="Over"/>).
/// </remarks>
public sealed class PowerModel
{
    private const int States = 3;

    // Gangs say one of a few durations; more than these are worked out each time.
    private const int MostDurations = 64;

    private readonly ImmutableArray<DomainShares> _domainShares;
    private readonly ImmutableArray<DomainBudget> _budgets;
    private readonly PowerShape _shape;
    private readonly int _nodes;
    private readonly ConcurrentDictionary<TimeSpan, PowerModel>? _over;
    private readonly DateTimeOffset? _now;
    private readonly TimeSpan _horizon;
    private readonly FeedState _lost;

    internal PowerModel(
        ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> domainShares, ImmutableArray<DomainBudget> budgets, int nodes, ImmutableArray<Problem> problems)
        : this(domains, domainShares, budgets, new(domains, domainShares, [.. budgets.Select(b => b.IsBounded)], nodes), nodes, problems, null, default, FeedState.Normal)
    {
    }

    private PowerModel(
        ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> domainShares, ImmutableArray<DomainBudget> budgets, PowerShape shape, int nodes,
        ImmutableArray<Problem> problems, DateTimeOffset? now, TimeSpan horizon, FeedState lost)
    {
        (_domainShares, _budgets, _shape, _nodes, _now, _horizon, _lost) = (domainShares, budgets, shape, nodes, now, horizon, lost);
        if (budgets.Any(b => !b.Windows.IsEmpty)) _over = new();
        Problems = problems;
        Domains = Priced(domains);
        Constraints = [.. shape.Rows.Select((row, c) => new PowerConstraint(c, row.Domain, row.State, LimitOf(row.Domain, row.State)))];
    }

    /// <summary>All domains, racks first.</summary>
    public ImmutableArray<PowerDomain> Domains { get; }

    /// <summary>All inequalities that can bind: one per budgeted domain, more where feeds make several states differ. Dominated ones are left out.</summary>
    public ImmutableArray<PowerConstraint> Constraints { get; }

    /// <summary>What is wrong with the power labels and resources.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>True when some budget has windows in which it is lower.</summary>
    public bool ChangesWithTime => _over is not null;

    /// <summary>The constraints a node's draw counts in.</summary>
    public ReadOnlySpan<PowerShare> SharesOf(int node) => _shape.SharesOf(node);

    /// <summary>The constraints of one domain; none where nothing ever bounds it.</summary>
    public ReadOnlySpan<PowerConstraint> ConstraintsOf(int domain)
    {
        var (first, end) = _shape.RowsOf(domain);
        return Constraints.AsSpan()[first..end];
    }

    /// <summary>Halves of a node's draw that count in a domain in a feed state: 2 for all of it, 1 for half, 0 for none or a node elsewhere.</summary>
    public int HalvesOf(int node, int domain, FeedState state)
    {
        var at = Domains[domain].Nodes.BinarySearch(node);
        return at < 0 ? 0 : _domainShares[domain].Halves[at * States + (int)state];
    }

    /// <summary>Halves of all nodes of a domain: by (position of the node in the domain) × 3 + feed state.</summary>
    internal ReadOnlySpan<byte> HalvesOf(int domain) => _domainShares[domain].Halves;

    /// <summary>Load of a domain in a feed state by what is no node, in half watts.</summary>
    public long BaseHalfWattsOf(int domain, FeedState state) => _domainShares[domain].BaseHalfWatts[(int)state];

    /// <summary>Worst load of a domain over the feed states, base watts included, rounded up to whole watts.</summary>
    /// <param name="domain">Index of the domain.</param>
    /// <param name="draws">Watts by node index.</param>
    public long BeforeWatts(int domain, ReadOnlySpan<long> draws)
    {
        Span<long> loads = stackalloc long[States];
        _domainShares[domain].BaseHalfWatts.CopyTo(loads);
        var nodes = Domains[domain].Nodes;
        var halves = _domainShares[domain].Halves;
        for (var i = 0; i < nodes.Length; i++)
        {
            for (var s = 0; s < States; s++)
            {
                loads[s] += halves[i * States + s] * draws[nodes[i]];
            }
        }

        var worst = Math.Max(loads[0], Math.Max(loads[1], loads[2]));
        return (worst + 1) / 2;
    }

    /// <summary>The same tree at a moment: windows that are open then count.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="horizon">How far ahead is looked for what does not say how long it runs.</param>
    public PowerModel At(DateTimeOffset now, TimeSpan horizon) => _over is null ? this : With(now, horizon, _budgets);

    /// <summary>True when a window that was open after one moment is so no longer at another: what did not fit then may fit now.</summary>
    internal bool HasRisen(DateTimeOffset since, DateTimeOffset now) =>
        _budgets.Any(b => b.Windows.Any(w => w.Overlaps(since, now) && !w.Overlaps(now, now)));

    /// <summary>
    /// The first moment after one at which a window opens or ends, or at which what starts then and lasts so long comes to run into one; null when no budget changes any
    /// more. Until then every answer of this model stays what it is.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="length">How long it lasts.</param>
    public DateTimeOffset? NextChange(DateTimeOffset now, TimeSpan length)
    {
        DateTimeOffset? next = null;
        foreach (var budget in _budgets)
        {
            foreach (var window in budget.Windows)
            {
                if (window.NextAfter(now) is not { } found) continue;
                // What ends as a window opens does not run into it.
                if (length > TimeSpan.Zero && found.Begins - DateTimeOffset.MinValue > length) Sooner((found.Begins - length).AddTicks(1));
                Sooner(found.Begins);
                if (found.Ends < DateTimeOffset.MaxValue) Sooner(found.Ends);
            }
        }

        return next;

        void Sooner(DateTimeOffset moment)
        {
            if (moment > now && (next is null || moment < next)) next = moment;
        }
    }

    /// <summary>
    /// The lowest budgets from this moment on for as long as something runs. The answer has these budgets at all times; it is this model where no budget
    /// changes with time.
    /// </summary>
    /// <param name="duration">How long it runs; null: not known, the horizon counts.</param>
    public PowerModel Over(TimeSpan? duration)
    {
        if (_over is null) return this;
        var length = duration ?? _horizon;
        if (_over.TryGetValue(length, out var known)) return known;
        var lowest = With(_now, _horizon, [.. _budgets.Select(b => b.Over(_now, length))]);
        if (_over.Count < MostDurations) _over.TryAdd(length, lowest);
        return lowest;
    }

    /// <summary>
    /// The same model with other budgets for some domains, at all times: for what-if questions. Problems stay those of the labels.
    /// </summary>
    /// <param name="budgets">Watts by <see cref="PowerDomain.Id"/>; null takes the budget away.</param>
    /// <exception cref="ArgumentException">An id names no domain, or a budget is negative.</exception>
    public PowerModel WithBudgets(IReadOnlyDictionary<string, long?> budgets)
    {
        var changed = _budgets.ToBuilder();
        var (named, differs, shapeDiffers) = (0, false, false);
        for (var d = 0; d < changed.Count && named < budgets.Count; d++)
        {
            if (!budgets.TryGetValue(Domains[d].Id, out var watts)) continue;
            if (watts < 0) throw new ArgumentException($"the budget of {Domains[d].Id} is {watts} W, expected 0 or more.", nameof(budgets));
            named++;
            if (changed[d] is { Windows.IsEmpty: true } same && same.Always == watts) continue;
            shapeDiffers |= changed[d].IsBounded != watts is not null;
            changed[d] = new(watts, []);
            differs = true;
        }

        if (named < budgets.Count) throw new ArgumentException("a budget is meant for a domain that does not exist.", nameof(budgets));
        if (!differs) return this;
        var all = changed.ToImmutable();
        return shapeDiffers
            ? new(Domains, _domainShares, all, Shaped(Domains, _domainShares, all), _nodes, Problems, _now, _horizon, _lost)
            : With(_now, _horizon, all);
    }

    /// <summary>The feed that is lost for good; <see cref="FeedState.Normal"/> for none.</summary>
    internal FeedState Lost => _lost;

    /// <summary>The same tree at another moment, as far ahead as before.</summary>
    internal PowerModel Moved(DateTimeOffset now) => At(now, _horizon);

    /// <summary>Moments after one at which a window ends, up to another one, ascending: the only ones at which some budget rises.</summary>
    internal SortedSet<DateTimeOffset> Rises(DateTimeOffset from, DateTimeOffset until) => [.. _budgets.SelectMany(b => b.Windows).SelectMany(w => w.Ends(from, until))];

    /// <summary>
    /// The same tree once a feed is lost for good: every node counts as it does in that feed state, and nobody asks what else might fail. It is this model
    /// where that feed is lost already.
    /// </summary>
    internal PowerModel WithLost(FeedState state)
    {
        if (state == FeedState.Normal || _lost != FeedState.Normal) return this;
        ImmutableArray<DomainShares> shares = [.. _domainShares.Select(s => s.In(state))];
        ImmutableArray<PowerDomain> domains = [.. Domains.Select(d => d with { BaseWatts = shares[d.Index].BaseWatts })];
        return new(domains, shares, _budgets, Shaped(domains, shares, _budgets), _nodes, Problems, _now, _horizon, state);
    }

    /// <summary>
    /// This tree with the budgets, the moment and the lost feed of another one: domains of one name have that one's budgets, windows included, and the others
    /// their own.
    /// </summary>
    internal PowerModel Carrying(PowerModel before)
    {
        var known = before.Domains.ToDictionary(d => d.Id, d => before._budgets[d.Index], StringComparer.Ordinal);
        ImmutableArray<DomainBudget> budgets = [.. Domains.Select(d => known.GetValueOrDefault(d.Id, _budgets[d.Index]))];
        return new PowerModel(
            Domains, _domainShares, budgets, Shaped(Domains, _domainShares, budgets), _nodes, Problems, before._now, before._horizon, FeedState.Normal).WithLost(before._lost);
    }

    /// <summary>True when both have the same inequalities over the same nodes, though perhaps other limits.</summary>
    internal bool HasShapeOf(PowerModel other) => ReferenceEquals(_shape, other._shape);

    private PowerModel With(DateTimeOffset? now, TimeSpan horizon, ImmutableArray<DomainBudget> budgets) =>
        new(Domains, _domainShares, budgets, _shape, _nodes, Problems, now, horizon, _lost);

    private PowerShape Shaped(ImmutableArray<PowerDomain> domains, ImmutableArray<DomainShares> shares, ImmutableArray<DomainBudget> budgets) =>
        new(domains, shares, [.. budgets.Select(b => b.IsBounded)], _nodes);

    private ImmutableArray<PowerDomain> Priced(ImmutableArray<PowerDomain> domains)
    {
        var priced = domains.ToBuilder();
        for (var d = 0; d < priced.Count; d++)
        {
            var (watts, window) = _budgets[d].Lowest(_now, TimeSpan.Zero);
            if (watts != priced[d].BudgetWatts || window != priced[d].Window) priced[d] = priced[d] with { BudgetWatts = watts, Window = window };
        }

        return priced.ToImmutable();
    }

    private long LimitOf(int domain, FeedState state) =>
        Domains[domain].BudgetWatts is { } budget ? 2 * budget - BaseHalfWattsOf(domain, state) : PowerConstraint.Unbounded;
}
