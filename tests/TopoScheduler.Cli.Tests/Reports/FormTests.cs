using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>The forms that every reading verb has: YAML is the JSON, wide is the text with nothing left out.</summary>
public sealed class FormTests
{
    public static TheoryData<string> Verbs =>
    [
        "report --job samples/jobs/pretrain-24x8.yaml --job samples/jobs/pretrain-25x8.yaml", "topology", "doctor", "capacity", "power",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Yaml_OfAnyAnswer_IsItsJson(string verb)
    {
        string[] ask = [.. verb.Split(' '), "--cluster", "samples/clusters/dgx-h100-su.yaml"];
        var json = CliHarness.Run([.. ask, "-o", "json"]);
        var yaml = CliHarness.Run([.. ask, "-o", "yaml"]);

        Assert.Equal(json.Code, yaml.Code);
        Assert.StartsWith("apiVersion: toposcheduler.io/v1\nkind: ", yaml.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n", yaml.Out, StringComparison.Ordinal);
        var read = new YamlStream();
        read.Load(new StringReader(yaml.Out));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json.Out), Json(read.Documents.Single().RootNode)));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Text_OfAnyAnswer_FitsTheTerminal(string verb)
    {
        var narrow = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, TerminalWidth = 72, Environment = _ => null, Home = "" };
        foreach (var cluster in (string[])["dgx-h100-su.yaml", "fat-tree-512.yaml.gz"])
        {
            var run = CliHarness.Run(null, [.. verb.Split(' '), "--cluster", $"samples/clusters/{cluster}"], narrow);
            Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 72, line));
        }
    }

    [Fact]
    public void Wide_OfManyRows_LeavesNoneOut()
    {
        // Thirty racks, each with another budget, so that none is like another.
        const string node = "{apiVersion: v1, kind: Node, metadata: {name: nN, labels: {toposcheduler.io/rack: rN, toposcheduler.io/rack-power-budget-watts: \"WATTS\"}}, status: {allocatable: {cpu: \"64\", pods: \"110\"}}}";
        var nodes = Enumerable.Range(1, 30).Select(i => node.Replace("N,", $"{i},", StringComparison.Ordinal).Replace("WATTS", $"{20000 + i}", StringComparison.Ordinal));
        var cluster = string.Join("\n---\n", nodes);

        var (text, wide) = (CliHarness.Run(cluster, ["capacity", "--cluster", "-"]).Out, CliHarness.Run(cluster, ["capacity", "--cluster", "-", "-o", "wide"]).Out);

        Assert.Contains("… 6 more", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" more", wide, StringComparison.Ordinal);
        Assert.Equal(6 - 1, wide.Split('\n').Length - text.Split('\n').Length);
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(e => KeyValuePair.Create(((YamlScalarNode)e.Key).Value!, Json(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value!),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };

    // As YAML 1.1 reads a plain scalar: what it would take for a flag, a number or nothing must have been quoted if it is a text.
    private static JsonNode? Plain(string text) => text.ToLowerInvariant() switch
    {
        "" or "~" or "null" => null,
        "true" or "yes" or "on" or "y" => JsonValue.Create(true),
        "false" or "no" or "off" or "n" => JsonValue.Create(false),
        _ => double.TryParse(text, CultureInfo.InvariantCulture, out _) ? JsonNode.Parse(text) : JsonValue.Create(text),
    };
}
