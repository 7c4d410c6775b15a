using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// A power tree as whoever built the site knows it: domains with their parents, nodes with their cords. It says what labels and resources state of it, and
/// judges loads by walking from every node up, feed state by feed state, minute by minute; no line of the model is shared.
/// </summary>
internal sealed class TruePowerTree
{
    /// <summary>A domain: what it hangs below, and what is stated of it.</summary>
    public sealed class Domain(PowerDomainKind kind, string name)
    {
        public PowerDomainKind Kind => kind;

        public string Name => name;

        public Domain? Parent { get; set; }

        /// <summary>The other PDU of a pair; null for none.</summary>
        public Domain? Twin { get; set; }

        /// <summary>True for the A side of a pair.</summary>
        public bool IsA { get; set; }

        /// <summary>Of a rack: the PDUs of its dual-corded nodes.</summary>
        public (Domain A, Domain B)? Pair { get; set; }

        /// <summary>Of a rack: the PDUs of its single-corded nodes, one per feed.</summary>
        public (Domain A, Domain B)? Split { get; set; }

        public long? LabelWatts { get; set; }

        public PowerDomainSpec? Spec { get; set; }

        public string Id => $"{kind.ToString().ToLowerInvariant()}/{name}";

        /// <summary>What it may draw at a minute; null without any bound.</summary>
        public long? BudgetAt(DateTimeOffset minute)
        {
            var budgets = new List<long>();
            if (LabelWatts is { } label) budgets.Add(label);
            if (Spec is { } spec)
            {
                if (spec.BudgetWatts is { } rating)
                {
                    var units = spec.Units < 2 ? 2 : spec.Units;
                    var spare = spec.Redundancy switch { PowerRedundancy.Double => (1, 2), PowerRedundancy.OneSpare => (units - 1, units), _ => (1, 1) };
                    if (Twin is not null) spare = (1, 1);
                    budgets.Add((long)Math.Floor(rating * spec.Derate * spare.Item1 / spare.Item2));
                }

                if (spec.CoolingWatts is { } cooling) budgets.Add(cooling);
                budgets.AddRange(spec.Schedule.Where(w => minute >= w.Start && minute < w.End).Select(w => w.BudgetWatts));
            }

            return budgets.Count == 0 ? null : budgets.Min();
        }
    }

    /// <summary>A node's cords: one domain it hangs in directly, or two PDUs.</summary>
    public sealed record Cords(Domain? Rack, Domain? A, Domain? B, Domain? Above, PowerFeed Feed);

    public List<Domain> Domains { get; } = [];

    public List<Cords> Nodes { get; } = [];

    /// <summary>True when parents are stated by resources and nodes name nothing but their narrowest domain.</summary>
    public bool ByResources { get; init; }

    /// <summary>The least a domain has at any minute of a while; null where it never has a budget.</summary>
    public static long? LowestWatts(Domain domain, DateTimeOffset from, TimeSpan length)
    {
        if (domain.Spec is null or { Schedule.IsEmpty: true }) return domain.BudgetAt(from);
        long? lowest = null;
        for (var minute = from; minute < from + length || minute == from; minute += TimeSpan.FromMinutes(1))
        {
            if (domain.BudgetAt(minute) is { } then) lowest = Math.Min(lowest ?? then, then);
        }

        return lowest;
    }

    /// <summary>The worst a domain carries in any feed state, in half watts.</summary>
    public long WorstHalfWatts(Domain domain, IReadOnlyList<long> draws) => Enum.GetValues<FeedState>().Max(s => HalfWatts(domain, draws, s));

    /// <summary>Whether a domain carries some of a node's draw in some feed state.</summary>
    public bool Carries(Domain domain, int node) => Enum.GetValues<FeedState>().Any(s => Halves(Nodes[node], domain, s) > 0);

    /// <summary>What a domain carries in a feed state: nodes and base loads below it.</summary>
    public long HalfWatts(Domain domain, IReadOnlyList<long> draws, FeedState state) =>
        Nodes.Select((cords, n) => Halves(cords, domain, state) * draws[n]).Sum() + Domains.Sum(d => BaseHalves(d, domain, state) * (d.Spec?.BaseWatts ?? 0));

    /// <summary>Halves of a node's draw that a domain carries.</summary>
    public static int Halves(Cords cords, Domain domain, FeedState state)
    {
        if (cords.B is not null)
        {
            if (domain == cords.A) return state switch { FeedState.LostA => 0, FeedState.LostB => 2, _ => 1 };
            if (domain == cords.B) return state switch { FeedState.LostA => 2, FeedState.LostB => 0, _ => 1 };
        }

        var above = new[] { cords.Rack, cords.A, cords.B, cords.Above }.OfType<Domain>().SelectMany(Up).Contains(domain);
        if (!above) return 0;
        if (cords.B is not null) return 2;
        return (cords.Feed, state) is (PowerFeed.A, FeedState.LostA) or (PowerFeed.B, FeedState.LostB) ? 0 : 2;
    }

    private int BaseHalves(Domain source, Domain domain, FeedState state)
    {
        if (source.Pair is { } pair)
        {
            if (domain == pair.A) return state switch { FeedState.LostA => 0, FeedState.LostB => 2, _ => 1 };
            if (domain == pair.B) return state switch { FeedState.LostA => 2, FeedState.LostB => 0, _ => 1 };
            return Up(source).Concat(Up(pair.A)).Contains(domain) ? 2 : 0;
        }

        // Which of two single cords fans hang on is not known: each PDU with a node must be able to carry them.
        var pdus = Nodes.Where(c => c.Rack == source && source.Split is not null).Select(c => c.A!);
        return Up(source).Concat(pdus.SelectMany(Up)).Contains(domain) ? 2 : 0;
    }

    private static IEnumerable<Domain> Up(Domain domain)
    {
        for (var d = domain; d is not null; d = d.Parent) yield return d;
    }

    /// <summary>Whether the labels of some node name a domain.</summary>
    public bool IsNamed(Domain domain) => Enumerable.Range(0, Nodes.Count).Select(LocationOf).Any(at => domain.Name == domain.Kind switch
    {
        PowerDomainKind.Rack => at.Rack,
        PowerDomainKind.Pdu => at.PduB == domain.Name ? at.PduB : at.Pdu,
        PowerDomainKind.Row => at.Row,
        _ => at.Facility,
    });

    /// <summary>What the labels of a node say.</summary>
    public PowerLocation LocationOf(int node)
    {
        var cords = Nodes[node];
        var at = new PowerLocation { Rack = cords.Rack?.Name, RackBudgetWatts = cords.Rack?.LabelWatts, Feed = cords.Feed };
        if (ByResources && cords.Rack is not null && cords.B is null && cords.Feed == PowerFeed.None) return at;
        at = at with { Pdu = cords.A?.Name, PduBudgetWatts = cords.A?.LabelWatts, PduB = cords.B?.Name, PduBBudgetWatts = cords.B?.LabelWatts };
        if (ByResources && cords.A is not null) return at;
        var wide = new[] { cords.Rack, cords.A, cords.Above }.OfType<Domain>().SelectMany(Up).ToList();
        var row = wide.Find(d => d.Kind == PowerDomainKind.Row);
        var facility = wide.Find(d => d.Kind == PowerDomainKind.Facility);
        return at with { Row = row?.Name, RowBudgetWatts = row?.LabelWatts, Facility = facility?.Name, FacilityBudgetWatts = facility?.LabelWatts };
    }
}
