using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Tests.Configuration;

public sealed class ServeSettingsTests
{
    [Fact]
    public void Load_Nothing_IsTheDefaults()
    {
        var settings = ServeSettings.Load(new([], [], []));
        Assert.Equal("http://127.0.0.1:8888", settings.Listen.Url);
        Assert.Equal((16, 256, 2_000), (settings.Extender.BodyMiB, settings.Extender.NodesBodyMiB, settings.Extender.ReceiveMilliseconds));
    }

    [Fact]
    public void Load_SeveralSources_CommandLineWinsThenEnvironmentThenFile()
    {
        var settings = ServeSettings.Load(new(
            Of(("listen:url", "http://127.0.0.1:1"), ("extender:bodyMiB", "1"), ("log:level", "error")),
            Of(("TOPOSCHEDULER__LISTEN__URL", "http://127.0.0.1:2"), ("TOPOSCHEDULER__EXTENDER__BODYMIB", "2"), ("TOPOSCHEDULER_DATA", "x"), ("HOME", "/")),
            Of(("listen:url", "http://127.0.0.1:3"))));
        Assert.Equal(("http://127.0.0.1:3", 2, "error"), (settings.Listen.Url, settings.Extender.BodyMiB, settings.Log.Level));
    }

    [Fact]
    public void Load_ManyMistakes_TellsAllOfThem()
    {
        var e = Assert.Throws<SettingsException>(() => ServeSettings.Load(new(
            Of(("extender:bodyMiB", "0"), ("extender:nodesBodyMiB", "many"), ("listen:allowNonLoopback", "perhaps"), ("listen:port", "1"), ("limits", "x")),
            Of(("TOPOSCHEDULER__LOG__FORMAT", "xml")),
            Of(("listen:url", "http://0.0.0.0:8888"), ("listen:healthUrl", "ftp://x"), ("source:cluster", "a"), ("source:kubeconfig", "b")))));
        Assert.Equal(
        [
            "extender.bodyMiB=\"0\": expected a whole number from 1 to 1024.",
            "extender.nodesBodyMiB=\"many\": expected a whole number.",
            "limits=\"x\": nobody reads this key; expected one of source, listen, extender, power, webhook, gangs, election, telemetry, api, grpc, access, audit, metrics, log.",
            "listen.allowNonLoopback=\"perhaps\": expected true or false.",
            "listen.healthUrl=\"ftp://x\": expected http://, an IP address or localhost, and a port, for example http://127.0.0.1:8888.",
            "listen.port=\"1\": nobody reads this key; expected one of listen.url, listen.healthUrl, listen.apiUrl, listen.grpcUrl, listen.certFile, listen.keyFile, listen.clientCaFile, listen.clientNames, listen.allowNonLoopback.",
            "listen.url=\"http://0.0.0.0:8888\": expected a loopback address, or https:// with listen.clientCaFile, or listen.allowNonLoopback: true, which lets anybody in.",
            "log.format=\"xml\": expected text or json.",
            "source.kubeconfig=\"b\": expected either this or source.cluster, not both.",
        ],
            e.Problems.AsEnumerable());
    }

    [Theory]
    [InlineData("listen.certFile: expected a PEM file with the certificate of the https:// address.", "listen:url=https://127.0.0.1:1", "listen:keyFile=k")]
    [InlineData("listen.keyFile: expected a PEM file with the key of listen.certFile.", "listen:apiUrl=https://127.0.0.1:1", "listen:certFile=c")]
    [InlineData("listen.certFile=\"c\": expected https:// in listen.url, listen.apiUrl or listen.grpcUrl.", "listen:certFile=c")]
    [InlineData("listen.clientCaFile=\"c\": expected https:// in listen.url.", "listen:clientCaFile=c")]
    [InlineData("listen.clientNames=\"a\": expected listen.clientCaFile too.", "listen:clientNames=a")]
    [InlineData("listen.apiUrl=\"http://10.0.0.1:1\": expected https:// or a loopback address.", "listen:apiUrl=http://10.0.0.1:1")]
    [InlineData("listen.apiUrl=\"http://127.0.0.1:8888\": expected another port than those of listen.url and listen.healthUrl.", "listen:apiUrl=http://127.0.0.1:8888")]
    [InlineData("listen.grpcUrl=\"127.0.0.1:9090\": expected http:// or https://, an IP address or localhost, and a port, for example https://0.0.0.0:9090.", "listen:grpcUrl=127.0.0.1:9090")]
    [InlineData("listen.grpcUrl=\"http://10.0.0.1:1\": expected https:// or a loopback address.", "listen:grpcUrl=http://10.0.0.1:1")]
    [InlineData("listen.grpcUrl=\"http://127.0.0.1:8888\": expected another port than those of listen.url, listen.healthUrl and listen.apiUrl, or over https:// the very address of listen.apiUrl.", "listen:grpcUrl=http://127.0.0.1:8888")]
    [InlineData("listen.grpcUrl=\"http://127.0.0.1:1\": expected another port than those of listen.url, listen.healthUrl and listen.apiUrl, or over https:// the very address of listen.apiUrl.", "listen:grpcUrl=http://127.0.0.1:1", "listen:apiUrl=http://127.0.0.1:1")]
    [InlineData("listen.certFile: expected a PEM file with the certificate of the https:// address.", "listen:grpcUrl=https://127.0.0.1:1", "listen:keyFile=k")]
    [InlineData("access.tokenFile: expected a file with the token of those who ask: with source.cluster there is no API server to ask who they are.", "listen:grpcUrl=http://127.0.0.1:1", "source:cluster=c")]
    [InlineData("grpc.watches=\"0\": expected a whole number from 1 to 10000.", "grpc:watches=0")]
    [InlineData("grpc.answerMiB=\"2000\": expected a whole number from 1 to 1024.", "grpc:answerMiB=2000")]
    [InlineData("grpc.watchMilliseconds=\"10\": expected a whole number from 50 to 60000.", "grpc:watchMilliseconds=10")]
    [InlineData("webhook.clientNames=\"a\": expected webhook.clientCaFile too.", "webhook:url=https://127.0.0.1:1", "webhook:certFile=c", "webhook:keyFile=k", "webhook:clientNames=a")]
    [InlineData("access.tokenFile: expected a file with the token of those who push: with source.cluster there is no API server to ask who they are.", "telemetry:push=true", "source:cluster=c")]
    [InlineData("access.tokenFile: expected a file with the token of those who ask: with source.cluster there is no API server to ask who they are.", "api:enabled=true", "source:cluster=c")]
    [InlineData("api.plansAtOnce=\"0\": expected a whole number from 1 to 64.", "api:plansAtOnce=0")]
    [InlineData("access.allowSeconds=\"601\": expected a whole number from 0 to 600.", "access:allowSeconds=601")]
    [InlineData("audit.fileMiB=\"0\": expected a whole number from 1 to 10000.", "audit:fileMiB=0")]
    public void Load_DoorLeftOpenOrHalfBuilt_IsTold(string problem, params string[] settings)
    {
        var e = Assert.Throws<SettingsException>(() => ServeSettings.Load(new([], [], [.. settings.Select(s => KeyValuePair.Create(s.Split('=')[0], s.Split('=')[1]))])));
        Assert.Equal([problem], e.Problems.AsEnumerable());
    }

    [Fact]
    public void Load_NonLoopbackThatAsksForCertificates_IsAccepted() => Assert.Equal(
        ["a", "b"],
        ServeSettings.Load(new([], [], Of(("listen:url", "https://0.0.0.0:80"), ("listen:certFile", "c"), ("listen:keyFile", "k"), ("listen:clientCaFile", "a"), ("listen:clientNames", "b, a"))))
            .Listen.ClientNameSet.Order());

    // As a file with a list, or a map, in place of one value is read.
    [Theory]
    [InlineData("power:trustedNamespaces:0", "power:trustedNamespaces:1", "power.trustedNamespaces")]
    [InlineData("Extender:BODYMIB:min", "extender:bodyMiB:max", "extender.bodyMiB")]
    public void Load_ListInPlaceOfAValue_IsToldOnceByItsKey(string first, string second, string key)
    {
        var e = Assert.Throws<SettingsException>(() => ServeSettings.Load(new(Of((first, "1"), (second, "2")), [], [])));
        Assert.Equal([$"{key}: expected one value, not a list or a map."], e.Problems.AsEnumerable());
    }

    [Theory]
    [InlineData("http://localhost:80", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("http://127.0.0.2:80/", true)]
    [InlineData("http://10.0.0.1:80", false)]
    [InlineData("http://example.com:80", false)]
    [InlineData("https://127.0.0.1:80", false)]
    [InlineData("http://127.0.0.1:80/path", false)]
    [InlineData("http://127.0.0.1:99999", false)]
    [InlineData("8888", false)]
    [InlineData("", false)]
    public void Load_Url_IsLoopbackUnlessAllowed(string url, bool accepted) =>
        Assert.Equal(accepted, Record.Exception(() => ServeSettings.Load(new([], [], Of(("listen:url", url))))) is null);

    [Theory]
    [InlineData("none", false, false)]
    [InlineData("ungate", true, true)]
    [InlineData("provisioning-request", true, false)]
    public void Load_ScaleUp_SaysWhatIsDone(string value, bool scalesUp, bool ungates)
    {
        var gangs = ServeSettings.Load(new([], [], Of(("gangs:scaleUp", value)))).Gangs;
        Assert.Equal((scalesUp, ungates), (gangs.ScalesUp, gangs.Ungates));
    }

    [Fact]
    public void Load_ScaleUpNobodyKnows_IsTold()
    {
        var e = Assert.Throws<SettingsException>(() => ServeSettings.Load(new([], [], Of(("gangs:scaleUp", "magic"), ("gangs:provisioningClass", "")))));
        Assert.Equal(
            ["gangs.provisioningClass=\"\": expected the name of a provisioning class.", "gangs.scaleUp=\"magic\": expected none, ungate or provisioning-request."], e.Problems.AsEnumerable());
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("8760", true)]
    [InlineData("0", false)]
    [InlineData("8761", false)]
    [InlineData("24h", false)]
    public void Load_Horizon_IsAnHourToAYear(string value, bool accepted)
    {
        var error = Record.Exception(() => Assert.Equal(value, $"{ServeSettings.Load(new([], [], Of(("power:horizonHours", value)))).Power.HorizonHours}"));
        Assert.Equal(accepted, error is null);
        if (error is not null) Assert.StartsWith($"power.horizonHours=\"{value}\": expected a whole number", Assert.Single(Assert.IsType<SettingsException>(error).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NonLoopbackAllowed_IsAccepted() =>
        Assert.Equal("http://0.0.0.0:80", ServeSettings.Load(new([], [], Of(("listen:url", "http://0.0.0.0:80"), ("listen:allowNonLoopback", "true")))).Listen.Url);

    [Fact]
    public void Load_SmallerLimitForObjects_IsRefused() =>
        Assert.Throws<SettingsException>(() => ServeSettings.Load(new([], [], Of(("extender:bodyMiB", "64"), ("extender:nodesBodyMiB", "32")))));

    [Fact]
    public void Load_Webhook_IsOffUnlessAsked()
    {
        var webhook = ServeSettings.Load(new([], [], [])).Webhook;

        Assert.Null(webhook.Url);
        Assert.Equal((true, "none", "toposcheduler-system", 40), (webhook.Gate, webhook.Enforce, webhook.OwnNamespace, webhook.AssumeSeconds));
        Assert.Equal(["default-scheduler", "topo-scheduler"], webhook.ManagedPods().Schedulers.Order());
        Assert.Empty(webhook.ManagedPods().Namespaces);
    }

    [Fact]
    public void Load_WebhookMistakes_TellsAllOfThem()
    {
        var e = Assert.Throws<SettingsException>(() => ServeSettings.Load(new(
            Of(("webhook:url", "http://0.0.0.0:9443"), ("webhook:enforce", "all"), ("webhook:assumeSeconds", "0"), ("webhook:gate", "on")), [], [])));

        Assert.Equal(
        [
            "webhook.assumeSeconds=\"0\": expected a whole number from 1 to 600.",
            "webhook.certFile: expected a PEM file with the certificate of webhook.url.",
            "webhook.enforce=\"all\": expected none or bindings.",
            "webhook.gate=\"on\": expected true or false.",
            "webhook.keyFile: expected a PEM file with the key of webhook.certFile.",
            "webhook.url=\"http://0.0.0.0:9443\": expected https://, an IP address or localhost, and a port, for example https://0.0.0.0:9443.",
        ],
            e.Problems.AsEnumerable());
    }

    [Fact]
    public void Load_EnforceWithoutUrl_IsRefused() =>
        Assert.Equal(
            ["webhook.enforce=\"bindings\": expected webhook.url too: without it nobody asks."],
            Assert.Throws<SettingsException>(() => ServeSettings.Load(new(Of(("webhook:enforce", "bindings")), [], []))).Problems.AsEnumerable());

    [Fact]
    public void Load_OwnNamespace_IsThatOfThePodUnlessWritten()
    {
        var environment = Of(("POD_NAMESPACE", "topo"));

        Assert.Equal("topo", ServeSettings.Load(new([], environment, [])).Webhook.OwnNamespace);
        Assert.Equal("mine", ServeSettings.Load(new(Of(("webhook:ownNamespace", "mine")), environment, [])).Webhook.OwnNamespace);
        Assert.Equal("toposcheduler-system", ServeSettings.Load(new([], Of(("POD_NAMESPACE", "")), [])).Webhook.OwnNamespace);
    }

    private static KeyValuePair<string, string>[] Of(params (string Key, string Value)[] settings) => [.. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))];
}
