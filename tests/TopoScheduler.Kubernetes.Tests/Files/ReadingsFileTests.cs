using System.Text;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Files;

public sealed class ReadingsFileTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"readings":[{"kind":"rack","name":"r7","watts":31250.5,"at":"2026-11-26T10:00:00Z"},{"kind":"nodeGpus","name":"n1","watts":-1,"at":"2026-11-26T11:00:00+01:00"}]}""")]
    [InlineData("readings:\n- {kind: rack, name: r7, watts: 31250.5, at: 2026-11-26T10:00:00Z}\n- {kind: nodeGpus, name: n1, watts: -1, at: 2026-11-26T11:00:00+01:00}\n")]
    public void Read_JsonOrYaml_GivesReadingsAsTheyAre(string text)
    {
        // Whether watts make sense is not for the file to say.
        var (readings, problems) = Read(text);
        Assert.Equal([new PowerReading(PowerReadingKind.Rack, "r7", 31_250.5, At), new(PowerReadingKind.NodeGpus, "n1", -1, At)], readings);
        Assert.Empty(problems);
    }

    [Fact]
    public void Read_NoReadings_IsAnEmptyList() => Assert.Empty(Read("""{"readings":[]}""").Readings);

    [Theory]
    [InlineData("\"kind\":\"room\",\"name\":\"r\",\"watts\":1,\"at\":\"2026-11-26T10:00:00Z\"", "readings[0].kind: \"room\", expected one of nodeGpus, node, rack, pdu, row, facility")]
    [InlineData("\"kind\":\"rack\",\"watts\":1,\"at\":\"2026-11-26T10:00:00Z\"", "readings[0].name: nothing, expected the name of a node or a power domain")]
    [InlineData("\"kind\":\"rack\",\"name\":\"r\",\"watts\":\"much\",\"at\":\"2026-11-26T10:00:00Z\"", "readings[0].watts: \"much\", expected a number")]
    [InlineData("\"kind\":\"rack\",\"name\":\"r\",\"watts\":\"NaN\",\"at\":\"2026-11-26T10:00:00Z\"", "readings[0].watts: \"NaN\", expected a number")]
    [InlineData("\"kind\":\"rack\",\"name\":\"r\",\"watts\":1,\"at\":\"2026-11-26T10:00:00\"", "readings[0].at: \"2026-11-26T10:00:00\", expected a time such as")]
    [InlineData("\"kind\":\"rack\",\"name\":\"r\",\"watts\":1,\"at\":\"2026-11-26T10:00:00Z\",\"unit\":\"kW\"", "readings[0].unit: \"kW\", expected kind, name, watts, at and no other key")]
    public void Read_WrongItem_IsToldWithItsPlace(string fields, string expected)
    {
        var (_, problems) = Read($"{{\"readings\":[{{{fields}}},{{\"kind\":\"row\",\"name\":\"w\",\"watts\":2,\"at\":\"2026-11-26T10:00:00Z\"}}]}}");
        Assert.StartsWith(expected, Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"readings":{}}""")]
    [InlineData("""{"readings":[]}{"readings":[]}""")]
    [InlineData("")]
    public void Read_NoListOfReadings_SaysWhatWasExpected(string text) =>
        Assert.Contains("expected {\"readings\": [{\"kind\": \"rack\"", Assert.Throws<InputException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static (IReadOnlyList<PowerReading> Readings, IReadOnlyList<Core.Problem> Problems) Read(string text) =>
        ReadingsFile.Read("-", new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
