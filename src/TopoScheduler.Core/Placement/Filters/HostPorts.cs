using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// Host ports as dimensions of capacity 1. Two ports conflict when protocol and number are equal and the addresses are equal or one is
/// 0.0.0.0. So each address asked for is a dimension, and a role that asks for 0.0.0.0 takes all dimensions of its protocol and port:
/// <code>
///   TCP 80:   10.0.0.1   10.0.0.2   0.0.0.0        role a: 10.0.0.1       takes  1  0  0
///                                                  role b: 10.0.0.2       takes  0  1  0
///                                                  role c: 0.0.0.0        takes  1  1  1
/// </code>
/// </summary>
internal static class HostPorts
{
    private const string AllAddresses = "0.0.0.0";

    /// <summary>Adds the dimensions of every port the gang asks for.</summary>
    public static void Add(ClusterSnapshot cluster, Gang gang, DimensionSet dimensions)
    {
        var asked = new SortedSet<(string Protocol, int Port, string Address)>();
        foreach (var role in gang.Roles)
        {
            foreach (var port in role.Template.HostPorts)
            {
                if (port.Port > 0) asked.Add(Normal(port));
            }
        }

        foreach (var port in asked)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"hostPort {port.Protocol} {port.Address}:{port.Port}");
            dimensions.Add(name, FitConstraint.Other, Takes(gang, port), Free(cluster, port));
        }
    }

    private static long[] Takes(Gang gang, (string Protocol, int Port, string Address) dimension)
    {
        var takes = new long[gang.Roles.Length];
        for (var r = 0; r < takes.Length; r++)
        {
            foreach (var port in gang.Roles[r].Template.HostPorts)
            {
                var (protocol, number, address) = Normal(port);
                if (protocol == dimension.Protocol && number == dimension.Port && (address == dimension.Address || address == AllAddresses)) takes[r] = 1;
            }
        }

        return takes;
    }

    private static long[] Free(ClusterSnapshot cluster, (string Protocol, int Port, string Address) dimension)
    {
        var free = new long[cluster.Nodes.Length];
        Array.Fill(free, 1);
        foreach (var (node, pod) in cluster.PodColumns.WithPorts)
        {
            foreach (var port in pod.Template.HostPorts)
            {
                var (protocol, number, address) = Normal(port);
                if (protocol != dimension.Protocol || number != dimension.Port) continue;
                if (address == dimension.Address || address == AllAddresses || dimension.Address == AllAddresses) free[node] = 0;
            }
        }

        return free;
    }

    private static (string Protocol, int Port, string Address) Normal(HostPort port) => (
        string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol, port.Port, string.IsNullOrEmpty(port.HostIp) ? AllAddresses : port.HostIp);
}
