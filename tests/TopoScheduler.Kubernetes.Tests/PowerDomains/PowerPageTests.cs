using System.Text.RegularExpressions;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Mapping;
using TopoScheduler.Kubernetes.Tests.Placements;

namespace TopoScheduler.Kubernetes.Tests.PowerDomains;

/// <summary>The page about power domains says what is so.</summary>
public sealed partial class PowerPageTests
{
    private static readonly string Page = SchemaCheck.Text("docs", "reference", "power.md");

    [Fact]
    public void Example_IsReadWithoutAProblem()
    {
        var reading = PowerDomainReader.Read(Yaml.Tree(Example().Match(Page).Groups[1].Value));

        Assert.Empty(reading.Problems);
        Assert.Equal(("rack/r7", 2), (reading.Spec!.Id.ToString(), reading.Spec.Schedule.Length));
        Assert.Equal(new PowerDomainId(PowerDomainKind.Pdu, "pdu-1"), reading.Spec.Parent);
    }

    [Fact]
    public void Tables_NameEveryFieldOfTheSchema()
    {
        var schema = SchemaCheck.Definition("powerdomains.yaml")["spec"]["versions"].Items[0]["schema"]["openAPIV3Schema"]["properties"];
        var rows = string.Join('\n', Page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|')[1]));
        foreach (var fields in (Tree[])[schema["spec"]["properties"], schema["spec"]["properties"]["schedule"]["items"]["properties"], schema["status"]["properties"]])
        {
            foreach (var field in fields.Entries) Assert.Contains($"`{field.Key}`", rows, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
