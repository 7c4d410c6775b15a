namespace TopoScheduler.Core.Power;

/// <summary>One power domain while the tree is being read.</summary>
internal sealed class PowerVertex(PowerDomainKind kind, string name)
{
    private readonly HashSet<PowerVertex> _parents = [];
    private readonly SortedSet<CoolingClass> _cooling = [];
    private readonly SortedDictionary<long, int> _budgets = [];
    private readonly SortedDictionary<long, int> _inheritedBudgets = [];
    private readonly List<BudgetWindow> _windows = [];
    private long? _coolingWatts;
    private bool _unreadableBudget;
    private bool _dualCorded;
    private bool _crossedFeeds;
    private PowerVertex? _feedA;
    private PowerVertex? _feedB;

    public PowerDomainKind Kind => kind;

    public string Name => name;

    public string Id => new PowerDomainId(kind, name).ToString();

    public int Index { get; set; }

    /// <summary>Everything some node names directly above this domain.</summary>
    public IReadOnlyCollection<PowerVertex> Parents => _parents;

    /// <summary>PDUs named by the nodes of a rack.</summary>
    public IEnumerable<PowerVertex> Pdus => _parents.Where(p => p.Kind == PowerDomainKind.Pdu);

    /// <summary>Stated cooling classes, weakest first.</summary>
    public IReadOnlyCollection<CoolingClass> CoolingClasses => _cooling;

    /// <summary>The weakest stated class.</summary>
    public CoolingClass Cooling => _cooling.Count == 0 ? CoolingClass.Unknown : _cooling.Min;

    /// <summary>
    /// Stated budgets in watts, lowest first, each with who states it: the first node by index, or −1 − the index of a resource. Those meant for another PDU
    /// count only where nobody states its own.
    /// </summary>
    public IReadOnlyDictionary<long, int> StatedBudgets => _budgets.Count > 0 ? _budgets : _inheritedBudgets;

    /// <summary>Somebody meant to state a budget and nobody did so readably.</summary>
    public bool HasOnlyUnreadableBudgets => _unreadableBudget && StatedBudgets.Count == 0;

    /// <summary>
    /// The lowest stated budget; 0 where all that was stated is unreadable, so that a mistyped budget closes a domain and never opens it; for a rack
    /// without any the bound of its cooling class. Never above what it can be cooled for, where that is stated in watts.
    /// </summary>
    public long? EffectiveBudgetWatts
    {
        get
        {
            long? electrical = StatedBudgets.Count > 0 ? StatedBudgets.Keys.First() : _unreadableBudget ? 0 : null;
            if (_coolingWatts is { } cooled) return Math.Min(electrical ?? cooled, cooled);
            return electrical ?? CoolingDefaults.RackWatts(Cooling);
        }
    }

    /// <summary>Watts it can be cooled for, where a resource states them.</summary>
    public long? CoolingWatts => _coolingWatts;

    /// <summary>Drawn always by what is no node, as far as it hangs here and not below.</summary>
    public long BaseWatts { get; private set; }

    /// <summary>Times in which it has less.</summary>
    public IReadOnlyList<BudgetWindow> Windows => _windows;

    /// <summary>True for a PDU that is one of two feeds: its budget is that of a feed.</summary>
    public bool IsFeed { get; private set; }

    /// <summary>The pair of PDUs a rack may have without contradiction: A and B of its dual-corded nodes, or one per feed of its single-corded ones.</summary>
    public (PowerVertex A, PowerVertex B)? Pair { get; private set; }

    /// <summary>
    /// More than one parent on one rung where that is no dual feed: the domain counts below all of them.
    /// </summary>
    public bool HasConflictingParents
    {
        get
        {
            var pdus = Pdus.Count();
            return (pdus > 1 && !IsFedTwice) || _parents.Where(p => p.Kind != PowerDomainKind.Pdu).GroupBy(p => p.Kind).Any(g => g.Count() > 1);
        }
    }

    /// <summary>True for a rack on two PDUs in the way racks are meant to be.</summary>
    public bool IsFedTwice => Pdus.Count() == 2 && (_dualCorded || (!_crossedFeeds && _feedA is not null && _feedB is not null));

    /// <summary>True when the second PDU of the rack feeds the same nodes, not other ones.</summary>
    public bool IsDualCorded => IsFedTwice && _dualCorded;

    public void AddParent(PowerVertex? parent)
    {
        if (parent is not null)
        {
            _parents.Add(parent);
        }
    }

    public void State(long? budget, int node)
    {
        if (budget is PowerLocation.UnreadableBudget)
        {
            _unreadableBudget = true;
        }
        else if (budget is { } watts)
        {
            _budgets.TryAdd(watts, node);
        }
    }

    public void StateInherited(long? budget, int node)
    {
        if (budget is PowerLocation.UnreadableBudget)
        {
            _unreadableBudget = true;
        }
        else if (budget is { } watts)
        {
            _inheritedBudgets.TryAdd(watts, node);
        }
    }

    /// <summary>What one node says of this PDU: whether it is one of two feeds.</summary>
    public void StateFeed(bool isFeed) => IsFeed |= isFeed;

    public void State(CoolingClass cooling)
    {
        if (cooling != CoolingClass.Unknown)
        {
            _cooling.Add(cooling);
        }
    }

    /// <summary>What a resource says of it. Of several the lowest budgets and the highest base load count.</summary>
    /// <param name="spec">The resource.</param>
    /// <param name="who">Who states it: −1 − the index of the resource.</param>
    public void State(PowerDomainSpec spec, int who)
    {
        // One that cannot be read is 0, and stays so whatever the labels say: who writes a resource means it to count.
        if (spec.UsableWatts(IsFeed) is { } usable) _budgets.TryAdd(usable, who);
        if (spec.CoolingWatts is { } cooling) _coolingWatts = Math.Min(_coolingWatts ?? cooling, cooling);
        BaseWatts = Math.Max(BaseWatts, spec.BaseWatts);
        if (!spec.Schedule.IsDefaultOrEmpty) _windows.AddRange(spec.Schedule);
    }

    /// <summary>What one node of this rack says of its PDUs.</summary>
    public void StatePdus(PowerVertex? pdu, PowerVertex? pduB, PowerFeed feed)
    {
        AddParent(pdu);
        AddParent(pduB);
        if (pdu is null)
        {
            return;
        }

        if (pduB is not null)
        {
            _dualCorded = true;
            Pair ??= (pdu, pduB);
        }
        else if (feed == PowerFeed.A)
        {
            _crossedFeeds |= (_feedA ??= pdu) != pdu || pdu == _feedB;
        }
        else if (feed == PowerFeed.B)
        {
            _crossedFeeds |= (_feedB ??= pdu) != pdu || pdu == _feedA;
        }
        else
        {
            _crossedFeeds = true;
        }
    }
}
