using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>What the page on gangs shows is what the controller writes and the columns of the resource print; <c>UPDATE_GOLDEN=1</c> rewrites it.</summary>
public sealed partial class GangsPageTests
{
    private const string Command = "$ kubectl get gangplacements -n ml\n";

    private static readonly string Page = Path.Combine(RepositoryFiles.Root, "docs", "reference", "gangs.md");

    [Fact]
    public async Task Page_ShownPlacements_AreWhatIsWritten()
    {
        var scene = new GangScene(nodes: 32);
        scene.CreateJob("llama", 16, annotations: ("model", "params=70e9,precision=bf16"));
        await scene.SettleAsync();
        scene.BindAll();
        scene.CreateJob("mixtral", 20);
        await scene.WaitAsync(TimeSpan.FromSeconds(40));
        scene.CreateJob("tune", 4, annotations: ("expected-duration", "30m"));
        scene.CreateJob("vision", 2);
        scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, "vision-1-a");
        await scene.WaitAsync(TimeSpan.FromSeconds(40));

        var before = await File.ReadAllTextAsync(Page);
        var shown = Shown().Match(before);
        Assert.True(shown.Success, "the page shows no placements");
        var after = before[..shown.Index] + Command + Table(scene, ["2h14m", "51m", "3m", "2s"]) + before[(shown.Index + shown.Length)..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) await File.WriteAllTextAsync(Page, after);
        Assert.Equal(after, await File.ReadAllTextAsync(Page));
    }

    // As kubectl prints it: the name, then the columns of the resource. The age is the server's to know.
    private static string Table(GangScene scene, string[] ages)
    {
        var columns = Column().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "manifests", "crds", "gangplacements.yaml"))).Select(m => (Name: m.Groups[1].Value, Path: m.Groups[2].Value)).ToList();
        Assert.Equal(10, columns.Count);
        var rows = new List<List<string>> { new(["NAME", .. columns.Select(c => c.Name.ToUpperInvariant())]) };
        foreach (var (placement, age) in scene.Placements.Zip(ages))
        {
            rows.Add([(string)placement["metadata"]!["name"]!, .. columns.Select(c => c.Name == "Age" ? age : At(placement, c.Path))]);
        }

        Assert.Equal(ages.Length + 1, rows.Count);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = string.Concat(row.Select((cell, c) => cell.PadRight(rows.Max(r => r[c].Length) + 3)));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string At(JsonObject placement, string path)
    {
        JsonNode? node = placement;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries)) node = node?[part];
        return Convert.ToString(node, CultureInfo.InvariantCulture) ?? "";
    }

    [GeneratedRegex(@"(?<=```text\n)\$ kubectl get gangplacements -n ml\n(?:[^`\n]*\n)*(?=```)")]
    private static partial Regex Shown();

    [GeneratedRegex(@"- \{name: (\w+), .*?jsonPath: ([\w.]+)")]
    private static partial Regex Column();
}
