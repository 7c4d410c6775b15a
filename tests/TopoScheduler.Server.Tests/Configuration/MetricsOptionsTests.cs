using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Tests.Configuration;

public sealed class MetricsOptionsTests
{
    [Fact]
    public void Load_Nothing_CountsRoomAndSendsNothing()
    {
        var metrics = Load().Metrics;
        Assert.Null(metrics.Otlp);
        Assert.Equal(("grpc", 60, 100, 30), (metrics.OtlpProtocol, metrics.OtlpIntervalSeconds, metrics.TracesPercent, metrics.CapacitySeconds));
    }

    [Theory]
    [InlineData("http://collector:4317")]
    [InlineData("https://collector.example/otlp")]
    public void Load_Collector_IsTaken(string url) => Assert.Equal(url, Load(("metrics:otlp", url)).Metrics.Otlp);

    [Theory]
    [InlineData("otlp", "collector:4317", "metrics.otlp=\"collector:4317\": expected http:// or https://, a host and a port")]
    [InlineData("otlp", "http://user:secret@collector", "metrics.otlp=\"http://...@collector\": expected http://")]
    [InlineData("otlp", "http://collector/?token=x", "expected http://")]
    [InlineData("otlpProtocol", "json", "metrics.otlpProtocol=\"json\": expected grpc or http.")]
    [InlineData("otlpIntervalSeconds", "0", "expected a whole number from 1 to 3600.")]
    [InlineData("tracesPercent", "101", "expected a whole number from 0 to 100.")]
    [InlineData("capacitySeconds", "-1", "expected a whole number from 0 to 86400.")]
    public void Load_Wrong_SaysWhatIsExpected(string key, string value, string said)
    {
        var problem = Assert.Single(Assert.Throws<SettingsException>(() => Load(($"metrics:{key}", value))).Problems);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", problem, StringComparison.Ordinal);
    }

    private static ServeSettings Load(params (string Key, string Value)[] settings) => ServeSettings.Load(new([], [], [.. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))]));
}
