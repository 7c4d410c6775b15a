using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>The GangPlacement resource as an administrator installs it and reads it.</summary>
internal static class GangResource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Applies <c>manifests/crds</c> and waits until the server knows the resource.</summary>
    public static async Task InstallAsync(KubeControlPlane plane)
    {
        var file = Path.Combine(Repository(), "manifests", "crds", "gangplacements.yaml");
        await plane.Api.CreateYamlAsync(KubePath.CustomResources, await File.ReadAllTextAsync(file));
        await Live.Eventually.HoldsAsync("the resource gangplacements is served", Limit, async () =>
        {
            try
            {
                await plane.Api.ListAsync(KubePath.GangPlacements("default"));
                return true;
            }
            catch (KubeApiException)
            {
                return false;
            }
        });
    }

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

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        Assert.True(folder is not null, "the tests do not run inside the repository");
        return folder!.FullName;
    }
}
