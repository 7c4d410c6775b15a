using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>The GangPlacement resource as an administrator installs it and reads it.</summary>
internal static class GangResource
{
    /// <summary>Applies its definition and waits until the server knows the resource.</summary>
    public static Task InstallAsync(KubeControlPlane plane) => CustomResource.InstallAsync(plane, "gangplacements.yaml", KubePath.GangPlacements("default"));

    /// <summary>The nodes of a placement's plan, by member.</summary>
    public static SortedDictionary<int, string> PlanOf(JsonObject placement)
    {
        var plan = new SortedDictionary<int, string>();
        foreach (var slot in placement["status"]?["plan"]?.AsArray() ?? [])
        {
            foreach (var range in slot!["members"]!.GetValue<string>().Split(','))
            {
                var ends = range.Split('-').Select(int.Parse).ToArray();
                for (var member = ends[0]; member <= ends[^1]; member++) plan.Add(member, slot["node"]!.GetValue<string>());
            }
        }

        return plan;
    }

    /// <summary>What a placement says it has come to.</summary>
    public static string? PhaseOf(JsonObject placement) => placement["status"]?["phase"]?.GetValue<string>();
}
