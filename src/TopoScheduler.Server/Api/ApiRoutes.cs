using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>Every route of the API: what is mapped, what its description says and what the reference lists come from here.</summary>
internal static class ApiRoutes
{
    private static readonly ApiParameter At = new("at", false, "string", "Count with the power budgets of this moment (2027-01-31T16:00:00Z) on. Without it now.");
    private static readonly ApiParameter Namespace = new(RouteAccess.NamespaceParameter, true, "string", "The namespace.");

    private static readonly ApiParameter Moment = new("at", false, "string", "Explain it as of this moment (2027-01-31T16:00:00Z). Without it now.");
    private static readonly RouteAccess Explanations = RouteAccess.Bearer("get", "explanations");

    /// <summary>Where jobs would land.</summary>
    public static ApiRoute Report { get; } = new("report", "POST", "/v1/report", RouteAccess.Bearer("create", "placementreports"), "Where would these jobs land, what would they cost, and what would make them fit?")
    {
        Answers = [typeof(PlacementReport), typeof(PlacementReportList)],
        Refusals = [408, 413, 422],
    };

    /// <summary>Room.</summary>
    public static ApiRoute Capacity { get; } = new("capacity", "GET", "/v1/capacity", RouteAccess.Bearer("get", "capacityreports"), "How much room is left, watts included?")
    {
        Answers = [typeof(CapacityView)],
        Parameters = [new("gpusPerPod", false, "integer", "GPUs a pod asks for, 1 to 1024. Without it what the best equipped node has, at most 8."), At],
    };

    /// <summary>Watts.</summary>
    public static ApiRoute Power { get; } = new("power", "GET", "/v1/power", RouteAccess.Bearer("get", "powerreports"), "What does every power budget carry, and what can be used of it?")
    {
        Answers = [typeof(PowerView)],
        Parameters = [new("domain", false, "string", "Only this domain and what is below it: rack/r7, pdu/pdu-1, row/w1, facility/f1."), At],
    };

    /// <summary>The network.</summary>
    public static ApiRoute Topology { get; } = new("topology", "GET", "/v1/topology", RouteAccess.Bearer("get", "topologies"), "The network as the labels describe it, with free and busy GPUs.")
    {
        Answers = [typeof(TopologyView)],
    };

    /// <summary>What is wrong.</summary>
    public static ApiRoute Problems { get; } = new("problems", "GET", "/v1/problems", RouteAccess.Bearer("get", "doctorreports"), "What is wrong, doubtful or missing in the labels, with a fix for each finding.")
    {
        Answers = [typeof(DoctorView)],
    };

    /// <summary>Gangs.</summary>
    public static ApiRoute Gangs { get; } = new("gangs", "GET", "/v1/gangplacements", RouteAccess.Bearer("list", "gangplacements"), "How the gangs of the cluster stand.")
    {
        Answers = [typeof(GangListView)],
    };

    /// <summary>Gangs of a namespace.</summary>
    public static ApiRoute GangsOfNamespace { get; } = new("gangsOfNamespace", "GET", "/v1/namespaces/{namespace}/gangplacements", RouteAccess.Bearer("list", "gangplacements"), "How the gangs of a namespace stand.")
    {
        Answers = [typeof(GangListView)],
        Parameters = [Namespace],
    };

    /// <summary>One gang.</summary>
    public static ApiRoute Gang { get; } = new("gang", "GET", "/v1/namespaces/{namespace}/gangplacements/{name}", RouteAccess.Bearer("get", "gangplacements"), "How one gang stands.")
    {
        Answers = [typeof(GangView)],
        Parameters = [Namespace, new("name", true, "string", "Name of its GangPlacement.")],
        Refusals = [404],
    };

    /// <summary>Why a pod is as it is.</summary>
    public static ApiRoute ExplainPod { get; } = new("explainPod", "GET", "/v1/explain/namespaces/{namespace}/pods/{name}", Explanations, "Why does a pod wait, or run where it runs?")
    {
        Answers = [typeof(Explanation)],
        Parameters = [Namespace, new("name", true, "string", "Name of the pod."), Moment],
        Refusals = [404],
    };

    /// <summary>Why a gang is as it is.</summary>
    public static ApiRoute ExplainGang { get; } = new("explainGang", "GET", "/v1/explain/namespaces/{namespace}/gangs/{name}", Explanations, "Why does a gang wait, or run where it runs?")
    {
        Answers = [typeof(Explanation)],
        Parameters = [Namespace, new("name", true, "string", "Name of its job or group."), new("kind", false, "string", "Kind of the job, where two have one name: jobset."), Moment],
        Refusals = [404],
    };

    /// <summary>Who is on a node.</summary>
    public static ApiRoute ExplainNode { get; } = new("explainNode", "GET", "/v1/explain/nodes/{name}", Explanations, "What is left of a node, and which waiting gangs could not use it?")
    {
        Answers = [typeof(Explanation)],
        Parameters = [new("name", true, "string", "Name of the node."), Moment],
        Refusals = [404],
    };

    /// <summary>The description of all of them.</summary>
    public static ApiRoute Description { get; } = new("openapi", "GET", "/v1/openapi.json", RouteAccess.Open, "This document.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<ApiRoute> All { get; } = [Report, Capacity, Power, Topology, Problems, Gangs, GangsOfNamespace, Gang, ExplainPod, ExplainGang, ExplainNode, Description];
}
