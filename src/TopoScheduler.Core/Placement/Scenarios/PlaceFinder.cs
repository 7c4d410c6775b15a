using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Places of a cluster by what people call them: nodes, the domains of the network, those of the power tree.</summary>
internal sealed class PlaceFinder(ClusterSnapshot cluster, ScenarioProblems problems)
{
    private const string Kinds = "node, nvlink-domain, leaf, spine, core, tier-N, rack, pdu, row or facility";

    /// <summary>Node indices of a place, ascending; null, and told, where there is no such place.</summary>
    /// <param name="field">Where the text stands.</param>
    /// <param name="text">All of the text, for messages.</param>
    /// <param name="place">Kind and name.</param>
    public ImmutableArray<int>? NodesOf(string field, string text, (string Kind, string Name) place)
    {
        var (kind, name) = place;
        if (PowerKind(kind) is { } power)
        {
            return Of(field, text, kind, [.. cluster.Power.Domains.Where(d => d.Kind == power).Select(d => (d.Name, d.Nodes))], name);
        }

        if (!Tier.TryParse(kind, out var tier) || tier == Tier.Cluster)
        {
            problems.Wrong(field, text, $"the kind \"{kind}\" is unknown; expected {Kinds}");
            return null;
        }

        if (tier == Tier.Node) return cluster.IndexOf(name) is >= 0 and var n ? [n] : Of(field, text, kind, [.. cluster.Nodes.Select(x => (x.Name, default(ImmutableArray<int>)))], name);
        if (tier == Tier.NvLinkDomain) return Of(field, text, kind, [.. cluster.Topology.NvLinkDomains.Select(d => (d.Name, d.Nodes))], name);
        return Fabric(field, text, tier, name) is { } domain ? [.. Enumerable.Range(domain.FirstNode, domain.NodeCount)] : null;
    }

    // By its path, or by its name where that is the only one.
    private FabricDomain? Fabric(string field, string text, Tier tier, string name)
    {
        ImmutableArray<FabricDomain> domains = tier.FabricIndex < cluster.Topology.FabricTiers ? cluster.Topology.Domains(tier.FabricIndex) : [];
        FabricDomain[] named = [.. domains.Where(d => d.Path == name)];
        if (named.Length == 0) named = [.. domains.Where(d => d.Name == name)];
        if (named.Length == 1) return named[0];
        if (named.Length > 1) problems.Wrong(field, text, $"the cluster has {named.Length} of this name; expected {problems.CloseTo(name, [.. named.Select(d => d.Path)])}");
        else Missing(field, text, tier.Name, name, [.. domains.Select(d => d.Path)]);
        return null;
    }

    /// <summary>A power domain; null, and told, where there is none of the name.</summary>
    public PowerDomain? Domain(string field, string text, (string Kind, string Name) place)
    {
        if (PowerKind(place.Kind) is not { } kind)
        {
            problems.Wrong(field, text, $"the kind \"{place.Kind}\" is unknown; expected rack, pdu, row or facility");
            return null;
        }

        foreach (var domain in cluster.Power.Domains)
        {
            if (domain.Kind == kind && domain.Name == place.Name) return domain;
        }

        Missing(field, text, place.Kind, place.Name, [.. cluster.Power.Domains.Where(d => d.Kind == kind).Select(d => d.Name)]);
        return null;
    }

    private ImmutableArray<int>? Of(string field, string text, string kind, ImmutableArray<(string Name, ImmutableArray<int> Nodes)> places, string name)
    {
        foreach (var place in places)
        {
            if (place.Name == name) return place.Nodes;
        }

        Missing(field, text, kind, name, [.. places.Select(p => p.Name)]);
        return null;
    }

    private void Missing(string field, string text, string kind, string name, IReadOnlyCollection<string> names) => problems.Wrong(field, text, names.Count == 0
        ? $"the cluster has no {kind} at all; expected a {(PowerKind(kind) is null ? "place" : "power domain")} that its labels name"
        : $"the cluster has no {kind} \"{name}\"; expected {problems.CloseTo(name, names)}");

    private static PowerDomainKind? PowerKind(string kind) => kind switch
    {
        "rack" => PowerDomainKind.Rack,
        "pdu" => PowerDomainKind.Pdu,
        "row" => PowerDomainKind.Row,
        "facility" => PowerDomainKind.Facility,
        _ => null,
    };
}
