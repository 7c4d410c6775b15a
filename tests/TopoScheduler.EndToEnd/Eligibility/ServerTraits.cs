namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>
/// What of the things in scope a version of Kubernetes has, and where an older one judges otherwise than newer ones, whose rules are ours. What it has
/// not or judges otherwise is not made up for it: this is the list of known differences. Beside it, whatever the version:
/// <list type="bullet">
/// <item>A node that is not Ready takes no pod here. For kube-scheduler only the taints count that the node controller gives it.</item>
/// <item>A bound of Gt or Lt that is no number is an error here, with the value named. kube-scheduler drops the term and tries the others.</item>
/// <item>A claim that names its volume counts as bound here. kube-scheduler waits for the annotation of the volume controller.</item>
/// <item>A nominated pod occupies its node here for everybody. kube-scheduler lets a pod of higher priority pass it over.</item>
/// </list>
/// </summary>
/// <param name="Version">The version.</param>
internal sealed record ServerTraits(Version Version)
{
    /// <summary>Sidecars: init containers that are restarted always. On by default since 1.29.</summary>
    public bool Sidecars => Version.Minor >= 29;

    /// <summary>Requests of the pod as a whole. On by default since 1.34.</summary>
    public bool PodLevelResources => Version.Minor >= 34;

    /// <summary>Pod affinity terms with a namespaceSelector. Since 1.24 for good.</summary>
    public bool NamespaceSelector => Version.Minor >= 24;

    /// <summary>minDomains, nodeAffinityPolicy, nodeTaintsPolicy and matchLabelKeys of topology spread. All on by default since 1.27.</summary>
    public bool SpreadPolicies => Version.Minor >= 27;

    /// <summary>matchLabelKeys and mismatchLabelKeys of pod affinity. On by default since 1.31.</summary>
    public bool AffinityLabelKeys => Version.Minor >= 31;

    /// <summary>
    /// A node that is over its CPU, memory or ephemeral storage takes a pod that asks for none of it. Older versions refuse any pod that asks for
    /// anything at all.
    /// </summary>
    public bool OvercommitHurtsOnlyThoseWhoAsk => Version.Minor >= 27;

    /// <summary>
    /// Topology spread counts pods only on nodes that node affinity allows and that have the keys of all constraints. Older versions count them on every
    /// node of a domain that has one such node.
    /// </summary>
    public bool SpreadCountsEligibleNodesOnly => Version.Minor >= 27;

    /// <summary>An empty selector of a topology spread constraint counts nobody. Older versions count every pod of the namespace.</summary>
    public bool EmptySpreadSelectorCountsNobody => Version.Minor >= 27;

    /// <summary>
    /// Values of node affinity that no label can have are refused when the pod is created. Older API servers let them through; kube-scheduler then drops the
    /// term, and so do we.
    /// </summary>
    public bool SelectorValuesAreChecked => Version.Minor >= 30;

    /// <summary>A volume's failure-domain.beta.kubernetes.io label is compared with the node's topology.kubernetes.io label where the node has no beta label.</summary>
    public bool BetaZonesAreTranslated => Version.Minor >= 27;
}
