using System.Globalization;
using System.Text;
using TopoScheduler.Server.Readings;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Server.Tests.Readings;

public sealed class VectorReaderTests
{
    private const string Two = """
        {"status":"success","data":{"resultType":"vector","result":[
          {"metric":{"__name__":"pdu_power_watts","rack":"r1","level":"total"},"value":[1795694350.977,"26012.5"]},
          {"metric":{"rack":"r2"},"value":[1795694350.977,"-3e2"]}]}}
        """;

    private static readonly int FuzzRuns = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var runs) ? runs : 5_000;

    [Fact]
    public void Read_Vector_IsRowsByLabel()
    {
        Assert.Equal([new VectorRow("r1", 26012.5, 1795694350.977), new("r2", -300, 1795694350.977)], Read(Two));
        Assert.Equal(["total", ""], Read(Two, "level").Select(r => r.Name));
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    [InlineData("1e+300", 1e300)]
    [InlineData("-0", 0)]
    public void Read_Number_IsAsPrometheusWritesIt(string text, double value) => Assert.Equal(value, Read(Row($"[1,\"{text}\"]"))[0].Value);

    [Theory]
    [InlineData("", "expected JSON")]
    [InlineData("<html>", "expected JSON")]
    [InlineData("[]", "expected status")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"x"}""", "expected status")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}""", "a vector, not \"scalar\"")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""", "a vector, not \"matrix\"")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":{}}}""", "a list of rows")]
    public void Read_NoVector_SaysWhatWasExpected(string json, string expected)
    {
        var e = Assert.Throws<PrometheusException>(() => Read(json));
        Assert.Equal(PrometheusFault.Malformed, e.Fault);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1,2]")]
    [InlineData("[\"1\",\"2\"]")]
    [InlineData("[1,\"\"]")]
    [InlineData("[1,\"1,000\"]")]
    [InlineData("[1,\"0x10\"]")]
    [InlineData("[1,\"\\ud800\"]")]
    [InlineData("[1e999,\"1\"]")]
    [InlineData("null")]
    public void Read_WrongValue_IsMalformed(string value) => Assert.Equal(PrometheusFault.Malformed, Assert.Throws<PrometheusException>(() => Read(Row(value))).Fault);

    // A store behind the server that did not answer: the sum is too low.
    [Fact]
    public void Read_WithWarnings_IsIncomplete()
    {
        var e = Assert.Throws<PrometheusException>(() => Read(Two.Replace("\"status\"", "\"warnings\":[\"no store\\nfor x\"],\"status\"", StringComparison.Ordinal)));
        Assert.Equal((PrometheusFault.Incomplete, "the answer may be incomplete: no store for x"), (e.Fault, e.Message));
    }

    [Fact]
    public void ReasonOf_Refusal_IsOneShortLine()
    {
        Assert.Equal("parse  error", VectorReader.ReasonOf(Encoding.UTF8.GetBytes("""{"status":"error","error":"parse\r\nerror"}""")));
        Assert.Equal("", VectorReader.ReasonOf("bad gateway"u8.ToArray()));
        Assert.Equal(200, VectorReader.ReasonOf(Encoding.UTF8.GetBytes($$"""{"error":"{{new string('x', 5000)}}"}""")).Length);
    }

    [Fact]
    public void Read_Damaged_IsReadOrRefused()
    {
        var mutations = new FuzzMutations(new Random(6));
        byte[][] whole = [Encoding.UTF8.GetBytes(Two), Encoding.UTF8.GetBytes(Row("[1,\"NaN\"]"))];
        for (var run = 0; run < FuzzRuns; run++)
        {
            var bytes = mutations.Damage(whole[run % 2], whole[(run + 1) % 2]);
            VectorReader.ReasonOf(bytes);
            try
            {
                VectorReader.Read(bytes, "rack");
            }
            catch (PrometheusException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static List<VectorRow> Read(string json, string label = "rack") => VectorReader.Read(Encoding.UTF8.GetBytes(json), label);

    private static string Row(string value) => $$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":{{{value}}}}]}}""";
}
