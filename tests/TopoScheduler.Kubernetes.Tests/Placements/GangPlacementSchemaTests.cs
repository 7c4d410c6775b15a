using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>The API server drops what the schema of a custom resource does not know. So it must know all that is written, and be asked for nothing else.</summary>
public sealed class GangPlacementSchemaTests
{
    private static readonly Tree Definition = Yaml.Tree(File.ReadAllText(DefinitionFile()));

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
        foreach (var part in (string[])["spec", "status"]) Walk(json.RootElement.GetProperty(part), Schema["properties"][part], part, strange);

        Assert.Empty(strange);
    }

    [Fact]
    public void Schema_RandomPlacements_AreValid()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            using var json = JsonDocument.Parse(GangPlacementJson.Write(RandomPlacements.Draw(seed)));
            var strange = new List<string>();
            foreach (var part in (string[])["spec", "status"]) Walk(json.RootElement.GetProperty(part), Schema["properties"][part], part, strange);
            Assert.True(strange.Count == 0, $"seed {seed}: {string.Join("; ", strange)}");
        }
    }

    // What the schema has and nobody writes is as wrong as the other way round.
    [Fact]
    public void Schema_EveryField_IsWritten()
    {
        using var json = JsonDocument.Parse(GangPlacementJson.Write(RandomPlacements.Full));
        var missing = new List<string>();
        foreach (var part in (string[])["spec", "status"]) Unwritten([json.RootElement.GetProperty(part)], Schema["properties"][part], part, missing);

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
        var columns = Version["additionalPrinterColumns"].Items;
        Assert.False(columns.IsEmpty);
        foreach (var column in columns)
        {
            var path = column["jsonPath"].Text;
            Assert.StartsWith(".", path, StringComparison.Ordinal);
            if (path == ".metadata.creationTimestamp") continue;
            var schema = Schema;
            foreach (var step in path[1..].Split('.')) schema = schema["properties"][step];
            Assert.True(schema["type"].Text == column["type"].Text, $"{path}: \"{schema["type"].Text}\" in the schema, {column["type"].Text} in its column");
        }
    }

    private static Tree Version => Definition["spec"]["versions"].Items[0];

    private static Tree Schema => Version["schema"]["openAPIV3Schema"];

    private static void Walk(JsonElement value, Tree schema, string path, List<string> strange)
    {
        var type = schema["type"].Text;
        var isThat = value.ValueKind switch
        {
            JsonValueKind.Object => type == "object",
            JsonValueKind.Array => type == "array",
            JsonValueKind.String => type == "string" && (schema["format"].Text != "date-time" || value.TryGetDateTimeOffset(out _)) && IsListed(schema["enum"], value.GetString()!),
            JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
            _ => false,
        };
        if (!isThat) strange.Add($"{path}: {value} is no \"{type}\"");
        else if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Walk(item, schema["items"], $"{path}[]", strange);
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject()) Walk(field.Value, schema["properties"][field.Name], $"{path}.{field.Name}", strange);
            foreach (var name in schema["required"].Items)
            {
                if (!value.TryGetProperty(name.Text, out _)) strange.Add($"{path}: {name.Text} is missing");
            }
        }
    }

    private static bool IsListed(Tree list, string text)
    {
        foreach (var item in list.Items)
        {
            if (item.Text == text) return true;
        }

        return list.Items.IsEmpty;
    }

    private static void Unwritten(List<JsonElement> values, Tree schema, string path, List<string> missing)
    {
        if (schema["type"].Text == "array")
        {
            Unwritten([.. values.SelectMany(v => v.EnumerateArray())], schema["items"], $"{path}[]", missing);
            return;
        }

        foreach (var (name, field) in schema["properties"].Entries)
        {
            List<JsonElement> written = [.. values.Where(v => v.TryGetProperty(name, out _)).Select(v => v.GetProperty(name))];
            if (written.Count == 0) missing.Add($"{path}.{name}");
            else Unwritten(written, field, $"{path}.{name}", missing);
        }
    }

    private static string DefinitionFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln"), "manifests", "crds", "gangplacements.yaml");
    }
}
