using TopoScheduler.Server.Access;
using TopoScheduler.Server.Api;
using TopoScheduler.Server.Readings;

namespace TopoScheduler.Server.Grpc;

/// <summary>
/// Who may call which method: whoever may ask the same over HTTP; to watch is a verb of its own. A method that is not listed is closed to all. The namespace stands in the
/// message, which is not read before: a right in one namespace is not enough.
/// </summary>
internal static class GrpcAccess
{
    private const string Placements = "/toposcheduler.v1.PlacementService/";
    private const string Cluster = "/toposcheduler.v1.ClusterService/";

    private static readonly Dictionary<string, RouteAccess> Methods = new(StringComparer.Ordinal)
    {
        [Placements + "Report"] = ApiRoutes.Report.Access,
        [Placements + "Explain"] = ApiRoutes.ExplainPod.Access,
        [Placements + "GetGangPlacement"] = ApiRoutes.Gang.Access,
        [Placements + "ListGangPlacements"] = ApiRoutes.Gangs.Access,
        [Placements + "WatchGangPlacements"] = Watched(ApiRoutes.Gangs.Access),
        [Cluster + "GetCapacity"] = ApiRoutes.Capacity.Access,
        [Cluster + "GetTopology"] = ApiRoutes.Topology.Access,
        [Cluster + "WatchTopology"] = Watched(ApiRoutes.Topology.Access),
        [Cluster + "GetPower"] = ApiRoutes.Power.Access,
        [Cluster + "WatchPower"] = Watched(ApiRoutes.Power.Access),
        [Cluster + "ListProblems"] = ApiRoutes.Problems.Access,
        ["/toposcheduler.v1.PowerReadingsService/Push"] = PushEndpoint.Access,
        ["/grpc.health.v1.Health/Check"] = RouteAccess.Open,
        ["/grpc.health.v1.Health/Watch"] = RouteAccess.Open,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = RouteAccess.Bearer("get", "descriptors"),
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = RouteAccess.Bearer("get", "descriptors"),
    };

    // Routes of the package that tell that there is no such method: everybody may hear it.
    private const string NoMethod = "{unimplemented";

    /// <summary>Who may call a route; null for nobody.</summary>
    public static RouteAccess? Of(string path) => path.Contains(NoMethod, StringComparison.Ordinal) ? RouteAccess.Open : Methods.GetValueOrDefault(path);

    private static RouteAccess Watched(RouteAccess read) => RouteAccess.Bearer("watch", read.Resource);
}
