using System.Text.Json;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class JsonReportTests
{
    [Fact]
    public void Write_OneReport_EqualsGolden() => Golden.Assert("Reports/Golden/capped.json", Json(SampleReports.Capped()));

    [Fact]
    public void Write_NoFit_EqualsGolden() => Golden.Assert("Reports/Golden/no-fit.json", Json(SampleReports.NoFit()));

    [Fact]
    public void Write_Several_IsAListInOrder()
    {
        using var json = JsonDocument.Parse(Json(SampleReports.NoFit(), SampleReports.Capped()));
        Assert.Equal(["apiVersion", "kind", "reports"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("PlacementReportList", json.RootElement.GetProperty("kind").GetString());
        var kinds = json.RootElement.GetProperty("reports").EnumerateArray().Select(r => r.GetProperty("outcome").GetString());
        Assert.Equal(["NoFit", "PlacedCapped"], kinds);
    }

    [Fact]
    public void Write_EveryReport_HasNoNullAndAlwaysItsArrays()
    {
        foreach (var report in (PlacementReport[])[SampleReports.TwoLeaves(), SampleReports.NoFit(), SampleReports.Capped()])
        {
            var text = Json(report);
            using var json = JsonDocument.Parse(text);
            Assert.DoesNotContain("null", text, StringComparison.Ordinal);
            foreach (var name in (string[])["reasons", "counterOffers", "problems"])
            {
                Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty(name).ValueKind);
            }
        }
    }

    [Fact]
    public void Write_FullReport_KeepsTheOrderOfTheReference()
    {
        using var json = JsonDocument.Parse(Json(SampleReports.Capped()));
        Assert.Equal(
            ["apiVersion", "kind", "outcome", "search", "gang", "placement", "estimate", "memory", "power", "reasons", "counterOffers", "problems", "summary"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Write_EveryReport_FollowsTheSchema()
    {
        using var list = JsonDocument.Parse(Json(SampleReports.TwoLeaves(), SampleReports.NoFit(), SampleReports.Capped()));
        ReportSchema.Check(list.RootElement);
        foreach (var report in list.RootElement.GetProperty("reports").EnumerateArray()) ReportSchema.Check(report);
    }

    [Theory]
    [InlineData("{\"kind\":\"PlacementReport\"}")]
    [InlineData("{\"apiVersion\":\"toposcheduler.io/v1\",\"kind\":\"PlacementReportList\",\"reports\":[{}]}")]
    [InlineData("{\"apiVersion\":\"toposcheduler.io/v1\",\"kind\":\"PlacementReportList\",\"reports\":[],\"more\":1}")]
    public void Schema_WrongReport_IsRefused(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.ThrowsAny<Exception>(() => ReportSchema.Check(document.RootElement));
    }

    [Theory]
    [InlineData(FitConstraint.Resources, "resources")]
    [InlineData(FitConstraint.NvLink, "nvlink")]
    [InlineData(FitConstraint.PodCount, "podCount")]
    public void Write_Constraint_IsNamedAsInTheReference(FitConstraint constraint, string name)
    {
        using var json = JsonDocument.Parse(Json(SampleReports.NoFit() with { Reasons = [new(constraint, 1, null, "m")] }));
        Assert.Equal(name, json.RootElement.GetProperty("reasons")[0].GetProperty("constraint").GetString());
    }

    [Fact]
    public void Write_EveryEnumMember_IsOneTheReferenceLists()
    {
        string[] constraints = ["resources", "taints", "affinity", "spread", "volumes", "readiness", "tier", "nvlink", "memory", "power", "podCount", "other"];
        Assert.Equal(constraints, Enum.GetNames<FitConstraint>().Select(ConstraintNames.Policy.ConvertName));
        var reference = File.ReadAllText(Path.Combine(Golden.Root, "docs", "reference", "report.md"));
        Assert.All(constraints.Concat(Enum.GetNames<PlacementOutcome>()).Concat(Enum.GetNames<CounterOfferChange>().Select(JsonNamingPolicy.CamelCase.ConvertName)), name =>
            Assert.Contains($"`{name}`", reference, StringComparison.Ordinal));
    }

    private static string Json(params PlacementReport[] reports) => AnswerJson.Text([.. reports]);
}
