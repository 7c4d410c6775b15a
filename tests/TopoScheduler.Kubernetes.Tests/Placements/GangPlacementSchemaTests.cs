using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>The API server drops what the schema of a custom resource does not know. So it must know all that is written, and be asked for nothing else.</summary>
public sealed class GangPlacementSchemaTests
{
    private static readonly Tree Definition = SchemaCheck.Definition("gangplacements.yaml");

    [Fact]
    public void Definition_NamesWhatIsWritten()
    {
        var spec = Definition["spec"];
        Assert.Equal(GangPlacementJson.ApiVersion, $"{spec["group"].Text}/{Version["name"].Text}");
        Assert.Equal(GangPlacementJson.Kind, spec["names"]["kind"].Text);
        Assert.Equal($"{spec["names"]["plural"].Text}.{spec["group"].Text}", Definition["metadata"]["name"].Text);
        Assert.Equal(TreeKind.Map, Version["subresources"]["status"].Kind);
    }

    [Fact]
    public void Schema_EverythingWritten_IsKnown()
    {
        using var json = JsonDocument.Parse(GangPlacementJson.Write(RandomPlacements.Full));

        var strange = new List<string>();
        foreach (var part in (string[])["spec", "status"]) SchemaCheck.Walk(json.RootElement.GetProperty(part), Schema["properties"][part], part, strange);

        Assert.Empty(strange);
    }

    [Fact]
    public void Schema_RandomPlacements_AreValid()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            using var json = JsonDocument.Parse(GangPlacementJson.Write(RandomPlacements.Draw(seed)));
            var strange = new List<string>();
            foreach (var part in (string[])["spec", "status"]) SchemaCheck.Walk(json.RootElement.GetProperty(part), Schema["properties"][part], part, strange);
            Assert.True(strange.Count == 0, $"seed {seed}: {string.Join("; ", strange)}");
        }
    }

    // What the schema has and nobody writes is as wrong as the other way round.
    [Fact]
    public void Schema_EveryField_IsWritten()
    {
        using var json = JsonDocument.Parse(GangPlacementJson.Write(RandomPlacements.Full));
        var missing = new List<string>();
        foreach (var part in (string[])["spec", "status"]) SchemaCheck.Unwritten([json.RootElement.GetProperty(part)], Schema["properties"][part], part, missing);

        Assert.Empty(missing);
    }

    [Fact]
    public void Full_EveryProperty_IsSet()
    {
        var (placement, none) = (RandomPlacements.Full, new GangPlacement { Gang = default, Name = "" });
        foreach (var property in typeof(GangPlacement).GetProperties()) Assert.NotEqual(property.GetValue(none), property.GetValue(placement));
        foreach (var property in typeof(GangPlacementStatus).GetProperties()) Assert.NotEqual(property.GetValue(none.Status), property.GetValue(placement.Status));
    }

    [Fact]
    public void Phases_AreThoseOfTheSchema()
    {
        List<string> phases = [];
        foreach (var phase in Schema["properties"]["status"]["properties"]["phase"]["enum"].Items) phases.Add(phase.Text);

        Assert.Equal(Enum.GetNames<GangPhase>(), phases);
    }

    [Fact]
    public void PrinterColumns_PointToFieldsOfTheirType()
    {
        SchemaCheck.Columns(Version["additionalPrinterColumns"], Schema);
    }

    private static Tree Version => Definition["spec"]["versions"].Items[0];

    private static Tree Schema => Version["schema"]["openAPIV3Schema"];
}
