using System.Text;
using System.Text.Json;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Mapping;
using TopoScheduler.Kubernetes.Tests.Placements;

namespace TopoScheduler.Kubernetes.Tests.PowerDomains;

/// <summary>The schema of the resource, what is written into its status, and what is read of its spec are the same fields.</summary>
public sealed class PowerDomainSchemaTests
{
    private static readonly Tree Definition = SchemaCheck.Definition("powerdomains.yaml");

    private static readonly PowerDomainStatus Full = new()
    {
        EffectiveBudgetWatts = 40_000,
        CommittedWatts = 42_000,
        MeasuredWatts = 39_000,
        HeadroomWatts = -2_000,
        StrandedWatts = 7,
        OverBudget = true,
        Window = "demand-response",
        Message = "a sentence.",
        ObservedAt = new(2027, 1, 31, 16, 0, 5, TimeSpan.Zero),
        Conditions = [new("OverBudget", true, "OverCommitted", "a sentence.", new(2027, 1, 31, 16, 0, 0, TimeSpan.Zero)), new("Readable", false, "WrongValue", "b.", DateTimeOffset.UnixEpoch)],
    };

    [Fact]
    public void Definition_NamesWhatIsReadAndWritten()
    {
        var spec = Definition["spec"];
        Assert.Equal(
            (ApiResource.PowerDomains.Group, ApiResource.PowerDomains.Version, ApiResource.PowerDomains.Plural, "Cluster"),
            (spec["group"].Text, Version["name"].Text, spec["names"]["plural"].Text, spec["scope"].Text));
        Assert.Equal((PowerDomainReader.Group, PowerDomainReader.Kind), (spec["group"].Text, spec["names"]["kind"].Text));
        Assert.Equal($"{spec["names"]["plural"].Text}.{spec["group"].Text}", Definition["metadata"]["name"].Text);
        Assert.Equal(TreeKind.Map, Version["subresources"]["status"].Kind);
    }

    [Fact]
    public void Schema_EverythingWritten_IsKnownAndNothingElse()
    {
        using var json = JsonDocument.Parse(PowerDomainJson.Patch("7", Full));
        var (strange, missing) = (new List<string>(), new List<string>());
        SchemaCheck.Walk(json.RootElement.GetProperty("status"), Schema["properties"]["status"], "status", strange);
        SchemaCheck.Unwritten([json.RootElement.GetProperty("status")], Schema["properties"]["status"], "status", missing);

        Assert.Empty(strange);
        Assert.Empty(missing);
    }

    [Fact]
    public void Patch_ReadBack_SaysTheSame()
    {
        foreach (var status in (PowerDomainStatus[])[Full, new() { CommittedWatts = 3, ObservedAt = DateTimeOffset.UnixEpoch }])
        {
            var tree = Yaml.Tree(Encoding.UTF8.GetString(PowerDomainJson.Patch("7", status).Span));
            var read = PowerDomainJson.ReadStatus(tree)!;
            Assert.True(status.SaysTheSame(read));
            Assert.Equal(status.ObservedAt, read.ObservedAt);
            Assert.Equal("7", tree["metadata"]["resourceVersion"].Text);
        }

        Assert.Null(PowerDomainJson.ReadStatus(Yaml.Tree("{spec: {}}")));
    }

    [Fact]
    public void SaysTheSame_AnyFieldChanged_IsFalse()
    {
        foreach (var property in typeof(PowerDomainStatus).GetProperties().Where(p => p.Name != nameof(PowerDomainStatus.ObservedAt)))
        {
            var changed = Full with { };
            property.SetValue(changed, property.GetValue(new PowerDomainStatus()));
            Assert.False(Full.SaysTheSame(changed), property.Name);
        }

        Assert.True(Full.SaysTheSame(Full with { ObservedAt = default }));
    }

    // Whatever the schema has is read: else the reader would call it unknown. And nothing else is.
    [Fact]
    public void Schema_EveryFieldOfTheSpec_IsRead()
    {
        var keys = Names(Schema["properties"]["spec"]["properties"]);
        var window = Names(Schema["properties"]["spec"]["properties"]["schedule"]["items"]["properties"]);
        var spec = string.Join(", ", keys.Select(k => k == "schedule" ? $"schedule: [{{{string.Join(", ", window.Select(w => $"{w}: x"))}}}]" : $"{k}: x"));

        var reading = PowerDomainReader.Read(Yaml.Tree($"{{metadata: {{name: a}}, spec: {{{spec}, strange: x}}}}"));

        Assert.Contains("unknown key \"strange\", ignored; expected one of " + string.Join(", ", keys), Assert.Single(reading.Problems, p => p.Message.Contains("unknown key", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
        var read = PowerDomainReader.Read(Yaml.Tree($"{{metadata: {{name: a}}, spec: {{kind: rack, schedule: [{{{string.Join(", ", window.Select(w => $"{w}: x"))}, strange: x}}]}}}}"));
        Assert.Contains("expected one of " + string.Join(", ", window), Assert.Single(read.Problems, p => p.Message.Contains("unknown key", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_WordsAndLimits_AreThoseOfTheReader()
    {
        var spec = Schema["properties"]["spec"]["properties"];
        Assert.Equal(Enum.GetNames<PowerDomainKind>().Select(k => k.ToLowerInvariant()), Texts(spec["kind"]["enum"]));
        foreach (var (key, bound, wrong) in ((string, string, long)[])[("budgetWatts", "minimum", -1), ("budgetWatts", "maximum", 1), ("baseWatts", "minimum", -1), ("coolingWatts", "minimum", -1), ("coolingWatts", "maximum", 1), ("units", "minimum", -1), ("units", "maximum", 1)])
        {
            var limit = long.Parse(spec[key][bound].Text, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Empty(Read($"{key}: {limit}"));
            Assert.NotEmpty(Read($"{key}: {limit + wrong}"));
        }

        foreach (var word in Texts(spec["redundancy"]["enum"])) Assert.Empty(Read($"redundancy: '{word}'"));
        foreach (var day in Texts(spec["schedule"]["items"]["properties"]["days"]["items"]["enum"])) Assert.Empty(Read($"schedule: [{{name: w, budgetWatts: 0, days: [{day}], from: '00:00', to: '23:59'}}]"));
        Assert.Equal("100", spec["schedule"]["maxItems"].Text);

        static IEnumerable<object> Read(string field) => PowerDomainReader.Read(Yaml.Tree($"{{metadata: {{name: a}}, spec: {{kind: rack, {field}}}}}")).Problems;
    }

    [Fact]
    public void PrinterColumns_PointToFieldsOfTheirType() => SchemaCheck.Columns(Version["additionalPrinterColumns"], Schema);

    private static Tree Version => Definition["spec"]["versions"].Items[0];

    private static Tree Schema => Version["schema"]["openAPIV3Schema"];

    private static List<string> Names(Tree map)
    {
        List<string> names = [];
        foreach (var entry in map.Entries) names.Add(entry.Key);
        return names;
    }

    private static List<string> Texts(Tree list)
    {
        List<string> texts = [];
        foreach (var item in list.Items) texts.Add(item.Text);
        return texts;
    }
}
