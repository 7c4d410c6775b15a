using System.Globalization;
using System.Text;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Readings;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Server.Tests.Readings;

public sealed class PushBodyTests
{
    private const string At = "\"at\":\"2026-11-26T12:00:00Z\"";

    private static readonly int FuzzRuns = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var runs) ? runs : 5_000;

    [Fact]
    public void Read_EveryKind_IsReadings()
    {
        var items = ReadingKinds.Words.Select(k => $$"""{"kind":"{{k}}","name":"x-1.y","watts":-1.5e3,"at":"2026-11-26T13:00:00.25+01:00"}""");
        var body = Read($$"""{"readings":[{{string.Join(',', items)}}]}""");

        Assert.Empty(body.Problems);
        Assert.Equal(Enum.GetValues<PowerReadingKind>(), body.Readings.Select(r => r.Reading.Kind));
        Assert.All(body.Readings, r => Assert.Equal(("x-1.y", -1500d, new DateTimeOffset(2026, 11, 26, 12, 0, 0, 250, TimeSpan.Zero)), (r.Reading.Name, r.Reading.Watts, r.Reading.At)));
    }

    [Theory]
    [InlineData("""7""", "", "7", "an object with kind, name, watts, at")]
    [InlineData("""{"name":"a","watts":1,"at":"2026-11-26T12:00:00Z"}""", "kind", "", "one of nodeGpus, node, rack, pdu, row, facility")]
    [InlineData("""{"kind":"NODE","name":"a","watts":1,"at":"2026-11-26T12:00:00Z"}""", "kind", "NODE", "one of nodeGpus, node, rack, pdu, row, facility")]
    [InlineData("""{"kind":"rack","name":"","watts":1,"at":"2026-11-26T12:00:00Z"}""", "name", "", "the name of a node or power domain: at most 253 letters, digits, -, _ and .")]
    [InlineData("""{"kind":"rack","name":["a"],"watts":1,"at":"2026-11-26T12:00:00Z"}""", "name", "[...]", "the name of a node or power domain: at most 253 letters, digits, -, _ and .")]
    [InlineData("""{"kind":"rack","name":"a\ud800","watts":1,"at":"2026-11-26T12:00:00Z"}""", "name", "", "the name of a node or power domain: at most 253 letters, digits, -, _ and .")]
    [InlineData("""{"kind":"rack","name":"a","watts":"1","at":"2026-11-26T12:00:00Z"}""", "watts", "1", "a number")]
    [InlineData("""{"kind":"rack","name":"a","watts":1e999,"at":"2026-11-26T12:00:00Z"}""", "watts", "1e999", "a number")]
    [InlineData("""{"kind":"rack","name":"a","watts":1}""", "at", "", "a time with its offset, as 2026-11-26T12:00:00Z")]
    [InlineData("""{"kind":"rack","name":"a","watts":1,"at":1795694350}""", "at", "1795694350", "a time with its offset, as 2026-11-26T12:00:00Z")]
    [InlineData("""{"kind":"rack","name":"a","watts":1,"at":"2026-11-26T12:00:00"}""", "at", "2026-11-26T12:00:00", "a time with its offset, as 2026-11-26T12:00:00Z")]
    [InlineData("""{"kind":"rack","name":"a","watts":1,"at":"2026-13-26T12:00:00Z"}""", "at", "2026-13-26T12:00:00Z", "a time with its offset, as 2026-11-26T12:00:00Z")]
    [InlineData("""{"kind":"rack","name":"a","watts":1,"unit":"kW","at":"2026-11-26T12:00:00Z"}""", "unit", "kW", "kind, name, watts, at, and no other field")]
    public void Read_WrongItem_IsNamedAndTheOthersAreRead(string item, string field, string value, string expected)
    {
        var body = Read($$"""{"readings":[{{Good("r1")}},{{item}},{{Good("r2")}}]}""");

        Assert.Equal([0, 2], body.Readings.Select(r => r.Index));
        Assert.Equal([new PushProblem(1, field, value, expected)], body.Problems.AsEnumerable());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"readings":{}}""")]
    [InlineData("""{"readings":[],"more":1}""")]
    [InlineData("""{"readings":[],"readings":[]}""")]
    [InlineData("""{"readings":[{"kind":"rack","kind":"pdu"}]}""")]
    [InlineData("""{"readings":[]} {}""")]
    [InlineData("""{"readings":[],}""")]
    [InlineData("""{"readings":[[[[[[[[[[]]]]]]]]]]}""")]
    public void Read_NoListOfReadings_IsRefused(string json) => Assert.Throws<WireException>(() => Read(json));

    [Fact]
    public void Read_NotUtf8_IsRefused() => Assert.Throws<WireException>(() => PushBody.Read(new byte[] { (byte)'{', 0xff, (byte)'}' }));

    [Fact]
    public void Read_Damaged_IsReadOrRefused()
    {
        var mutations = new FuzzMutations(new Random(5));
        byte[][] whole = [Encoding.UTF8.GetBytes($$"""{"readings":[{{Good("r1")}},{{Good("n-2.b")}}]}"""), Encoding.UTF8.GetBytes("""{"readings": [{"kind": "\u0061", "name": "\ud83d\ude00"}]}""")];
        for (var run = 0; run < FuzzRuns; run++)
        {
            var bytes = mutations.Damage(whole[run % 2], whole[(run + 1) % 2]);
            try
            {
                var body = PushBody.Read(bytes);
                Assert.All(body.Readings, r => Assert.True(ReadingKinds.IsName(r.Reading.Name) && double.IsFinite(r.Reading.Watts)));
                Assert.All(body.Problems, p => Assert.InRange(p.Value.Length + p.Field.Length, 0, 128));
            }
            catch (WireException e)
            {
                Assert.DoesNotContain("   at ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static PushBody Read(string json) => PushBody.Read(Encoding.UTF8.GetBytes(json));

    private static string Good(string name) => $$"""{"kind":"rack","name":"{{name}}","watts":1,{{At}}}""";
}
