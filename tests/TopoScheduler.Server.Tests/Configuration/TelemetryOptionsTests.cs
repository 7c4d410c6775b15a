using TopoScheduler.Core.Power;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Tests.Configuration;

public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Load_Nothing_IsOff()
    {
        var settings = Load();
        Assert.False(settings.Telemetry.IsOn);
        Assert.Equal((false, 10), (settings.Power.Recover, settings.Power.RecoverGuardPercent));
    }

    [Fact]
    public void Load_Prometheus_AsksForGpusAndNodesWithTheirTimes()
    {
        var telemetry = Load(("telemetry:prometheus", "https://prometheus.example/base/")).Telemetry;

        Assert.Equal([PowerReadingKind.NodeGpus, PowerReadingKind.Node], telemetry.Queries().Select(q => q.Kind));
        Assert.Equal(["Hostname", "node_name"], telemetry.Queries().Select(q => q.Label));
        Assert.All(telemetry.Queries(), q => Assert.Contains($"min by ({q.Label}) (timestamp(", q.Times, StringComparison.Ordinal));
        Assert.StartsWith("count by (Hostname)", telemetry.Queries()[0].Counts, StringComparison.Ordinal);
        Assert.Equal("", Load(("telemetry:gpuQuery", "gpu_watts")).Telemetry.Queries()[0].Counts);
        Assert.Equal(TimeSpan.FromSeconds(45), telemetry.Stale);
        Assert.Equal(TimeSpan.FromSeconds(20), Load(("telemetry:staleSeconds", "20")).Telemetry.Stale);
    }

    [Theory]
    [InlineData("pdu_watts", true)]
    [InlineData(" job:pdu_watts:sum { level=\"total\", rack!~'a}b' } ", true)]
    [InlineData("pdu_watts{rack=\"a\\\"}\"}", true)]
    [InlineData("sum(pdu_watts)", false)]
    [InlineData("pdu_watts * 10", false)]
    [InlineData("-pdu_watts", false)]
    [InlineData("pdu_watts offset 1h", false)]
    [InlineData("pdu_watts[5m]", false)]
    [InlineData("pdu_watts{a=\"b\"} or on() other{}", false)]
    public void Load_QueryWithoutATimeQuery_MustBeAPlainSelector(string query, bool plain)
    {
        (string, string)[] settings = [("telemetry:prometheus", "http://x"), ("telemetry:pduQuery", query)];
        if (plain)
        {
            Assert.Equal($"timestamp({query.Trim()})", Load(settings).Telemetry.Queries()[^1].Times);
        }
        else
        {
            Assert.Equal(
                [$"telemetry.pduQuery=\"{query}\": expected a plain selector, or telemetry.pduTimeQuery too: of anything else Prometheus does not tell how old it is."],
                Assert.Throws<SettingsException>(() => Load(settings)).Problems.AsEnumerable());
            Assert.Equal("t", Load([.. settings, ("telemetry:pduTimeQuery", "t")]).Telemetry.Queries()[^1].Times);
        }
    }

    [Fact]
    public void Load_EmptyQuery_IsNotAsked() =>
        Assert.Equal([PowerReadingKind.Node], Load(("telemetry:prometheus", "http://x"), ("telemetry:gpuQuery", "")).Telemetry.Queries().Select(q => q.Kind));

    [Fact]
    public void Load_ManyMistakes_TellsAllOfThem() => Assert.Equal(
        [
            "power.recover=\"maybe\": expected true or false.",
            "power.recoverGuardPercent=\"101\": expected a whole number from 0 to 100.",
            "telemetry.answerMiB=\"0\": expected a whole number from 1 to 256.",
            "telemetry.bearerTokenFile=\"t\": expected https:// in telemetry.prometheus: on the way to another machine anybody could read the token.",
            "telemetry.caFile=\"c\": expected https:// in telemetry.prometheus.",
            "telemetry.intervalSeconds=\"15s\": expected a whole number.",
            "telemetry.rowLabel=\"a b\": expected the name of a label.",
            "telemetry.staleSeconds=\"14\": expected at least telemetry.intervalSeconds.",
            "telemetry.timeoutSeconds=\"301\": expected a whole number from 1 to 300.",
        ],
        Problems(
            ("power:recover", "maybe"), ("power:recoverGuardPercent", "101"), ("telemetry:answerMiB", "0"), ("telemetry:prometheus", "http://prometheus"), ("telemetry:bearerTokenFile", "t"),
            ("telemetry:caFile", "c"), ("telemetry:intervalSeconds", "15s"), ("telemetry:push", "true"), ("telemetry:rowQuery", "x"), ("telemetry:rowLabel", "a b"), ("telemetry:staleSeconds", "14"),
            ("telemetry:timeoutSeconds", "301")));

    [Fact]
    public void Load_PartsWithoutTheirWhole_AreTold() => Assert.Equal(
        [
            "telemetry.bearerTokenFile=\"t\": expected telemetry.prometheus too.",
            "telemetry.caFile=\"c\": expected telemetry.prometheus too.",
            "telemetry.staleSeconds=\"soon\": expected a whole number.",
        ],
        Problems(("telemetry:bearerTokenFile", "t"), ("telemetry:caFile", "c"), ("telemetry:staleSeconds", "soon")));

    [Theory]
    [InlineData("prometheus:9090")]
    [InlineData("ftp://prometheus")]
    [InlineData("http://x/?query=1")]
    [InlineData("http://x/#a")]
    public void Load_NoServer_IsTold(string url) => Assert.StartsWith($"telemetry.prometheus=\"{url}\": expected http:// or https://", Assert.Single(Problems(("telemetry:prometheus", url))), StringComparison.Ordinal);

    [Fact]
    public void Load_PasswordInTheAddress_IsRefusedAndNotShown()
    {
        var problem = Assert.Single(Problems(("telemetry:prometheus", "http://me:sec@ret@x:9090")));
        Assert.StartsWith("telemetry.prometheus=\"http://...@x:9090\": expected ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("sec", problem[..40], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenOnThisMachine_MayGoWithoutTls() =>
        Assert.Equal("t", Load(("telemetry:prometheus", "http://localhost:9090"), ("telemetry:bearerTokenFile", "t")).Telemetry.BearerTokenFile);

    [Fact]
    public void Page_Reference_NamesEveryOptionAndTheDefaultQueries()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "telemetry.md"));
        var settings = page[page.IndexOf("## Settings", StringComparison.Ordinal)..];
        var keys = typeof(TelemetryOptions).GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]);
        Assert.All(keys, key => Assert.True(settings.Contains($"`{key}`", StringComparison.Ordinal) || settings.Contains($"`telemetry.{key}`", StringComparison.Ordinal), key));

        var oneLine = string.Join(' ', page.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var queries = Load(("telemetry:prometheus", "http://x")).Telemetry.Queries();
        Assert.All(queries, q => Assert.Contains($"{q.Option}: {q.Query} ", oneLine, StringComparison.Ordinal));
        Assert.All(queries, q => Assert.Contains($"TimeQuery: {q.Times} ", oneLine, StringComparison.Ordinal));
        Assert.Contains($"gpuCountQuery: {queries[0].Counts} ", oneLine, StringComparison.Ordinal);
    }

    private static ServeSettings Load(params (string Key, string Value)[] settings) => ServeSettings.Load(new([], [], [.. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))]));

    private static string[] Problems(params (string Key, string Value)[] settings) => [.. Assert.Throws<SettingsException>(() => Load(settings)).Problems];
}
