using System.Text;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Auth;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Tests.Files;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class KubeconfigTests : IDisposable
{
    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: main
        clusters:
        - name: c
          cluster: {server: "https://10.0.0.1:6443/base", certificate-authority: pki/ca.crt, tls-server-name: api.test, proxy-url: "http://u:pw@proxy:3128", disable-compression: true}
        - name: open
          cluster: {server: "https://10.0.0.2", insecure-skip-tls-verify: true}
        contexts:
        - {name: main, context: {cluster: c, user: u, namespace: ml}}
        - {name: other, context: {cluster: open, user: e}}
        - {name: nobody, context: {cluster: open}}
        users:
        - name: u
          user: {client-certificate: pki/tls.crt, client-key-data: "a2V5", token: hush, tokenFile: token, as: jane, as-uid: "7", as-groups: [dev], as-user-extra: {scope: [a], zone: [b]}}
        - name: e
          user:
            exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: bin/login, args: [--x, 7], env: [{name: A, value: hush}], interactiveMode: IfAvailable, provideClusterInfo: true, installHint: Get it.}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_WholeFile_ReadsEverything()
    {
        var found = Find(Write("config", Whole));

        Assert.Equal("https://10.0.0.1:6443/base", found.Server.ToString());
        Assert.Equal((Path.Combine(_folder.Path, "pki/ca.crt"), "api.test", "ml", false, false), (found.Authority!.File, found.TlsServerName, found.Namespace, found.Compression, found.SkipVerify));
        Assert.Equal(new("http://proxy:3128"), found.Proxy!.GetProxy(found.Server));
        Assert.Equal("pw", found.Proxy.Credentials!.GetCredential(found.Server, "Basic")!.Password);
        var user = found.User;
        Assert.Equal((Path.Combine(_folder.Path, "pki/tls.crt"), "key", Path.Combine(_folder.Path, "token")), (user.ClientCertificate!.File, user.ClientKey!.Read(), user.TokenFile));
        Assert.Equal(("jane", "7", "dev"), (user.ActAs, user.ActAsUid, string.Join(' ', user.ActAsGroups)));
        Assert.Equal("scope=a zone=b", string.Join(' ', user.ActAsExtra.Select(e => $"{e.Key}={e.Value}")));
        Assert.DoesNotContain("hush", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NamedContext_ReadsItsProgram()
    {
        var found = Find(Write("config", Whole), "other");

        var exec = found.User.Exec!;
        Assert.Equal((Path.Combine(_folder.Path, "bin/login"), "--x 7", true, "Get it."), (exec.Command, string.Join(' ', exec.Arguments), exec.ProvideClusterInfo, exec.InstallHint));
        Assert.Equal(KeyValuePair.Create("A", "hush"), Assert.Single(exec.Environment));
        Assert.True(found.SkipVerify);
        Assert.Equal("default", found.Namespace);
        Assert.Equal("anonymous", Find(Write("config", Whole), "nobody").User.ToString());
    }

    [Fact]
    public void Find_JsonFile_IsReadWithItsVariables()
    {
        var exec = """{"apiVersion":"client.authentication.k8s.io/v1","command":"login","env":[{"name":"A","value":"B"}]}""";
        var found = Find(Write("config", $$$"""{"current-context":"x","clusters":[{"name":"c","cluster":{"server":"https://h"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{"exec":{{{exec}}}}}]}"""));

        Assert.Equal("login", found.User.Exec!.Command);
        Assert.Equal(KeyValuePair.Create("A", "B"), Assert.Single(found.User.Exec.Environment));
    }

    [Fact]
    public void Find_ListOfFiles_FirstOfEachNameWins()
    {
        var first = Write("one", "clusters: [{name: c, cluster: {server: 'https://first'}}]\nusers: [{name: u, user: {token: t1}}]\n");
        var second = Write("sub/two", "current-context: x\nclusters: [{name: c, cluster: {server: 'https://second'}}]\ncontexts: [{name: x, context: {cluster: c, user: v}}]\nusers: [{name: v, user: {tokenFile: tok}}]\n");
        var third = Write("three", "current-context: y\ncontexts: [{name: x, context: {cluster: none}}]\n");
        _environment["KUBECONFIG"] = string.Join(':', first, Path.Combine(_folder.Path, "absent"), second, third);
        var found = Find(null);

        Assert.Equal("https://first/", found.Server.ToString());
        Assert.Equal(Path.Combine(_folder.Path, "sub/tok"), found.User.TokenFile);
    }

    [Fact]
    public void Find_Order_ExplicitThenVariableThenClusterThenHome()
    {
        Write(".kube/config", Config("https://home"));
        _environment["HOME"] = _folder.Path;
        Assert.Equal("https://home/", Find(null).Server.ToString());

        Write("account/token", "t");
        Write("account/namespace", "team\n");
        _environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _environment["KUBERNETES_SERVICE_PORT"] = "443";
        var around = Find(null);
        Assert.Equal(("https://[fd00::1]/", "team"), (around.Server.ToString(), around.Namespace));
        Assert.Equal(Path.Combine(_folder.Path, "account/token"), around.User.TokenFile);

        _environment["KUBECONFIG"] = Write("variable", Config("https://variable"));
        Assert.Equal("https://variable/", Find(null).Server.ToString());
        Assert.Equal("https://explicit/", Find(Write("explicit", Config("https://explicit"))).Server.ToString());
    }

    [Theory]
    [InlineData("", "current-context: nothing")]
    [InlineData("kind: Pod", "kind: \"Pod\", expected Config")]
    [InlineData("hush-token-text", "config:1: ... is not what a kubeconfig holds")]
    [InlineData("[1, 2]", "no kubeconfig")]
    [InlineData("a: [", "config:")]
    [InlineData("current-context: x", "contexts: none is named \"x\", expected one of there is none")]
    [InlineData("clusters: 5", "clusters: \"5\", expected a list (line 1)")]
    [InlineData("clusters: [{cluster: {server: h}}]", "clusters[0].name: nothing, expected the name of the entry")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}]}", "contexts[x].context.cluster: \"c\", expected the name of a cluster (there is none)")]
    [InlineData("@server: ''", "clusters[c].cluster.server: \"\", expected the address")]
    [InlineData("@server: 'ftp://h'", "clusters[c].cluster.server: \"ftp://h\", expected")]
    [InlineData("@server: 'https://h', certificate-authority-data: '%hush%'", "clusters[c].cluster.certificate-authority-data: is no base64")]
    [InlineData("@server: 'https://h', certificate-authority: x, insecure-skip-tls-verify: true", "insecure-skip-tls-verify: true beside")]
    [InlineData("@server: 'https://h', insecure-skip-tls-verify: maybe", "insecure-skip-tls-verify: \"maybe\", expected true or false")]
    [InlineData("@server: 'https://h', proxy-url: 'gopher://hush@x'", "proxy-url: is no address of a proxy")]
    [InlineData("#token: [hush]", "users[u].user.token: is no text")]
    [InlineData("#as-groups: [a, b]", "as-groups: \"2 groups\", expected one group at most")]
    [InlineData("#as-user-extra: {a: [b, c]}", "as-user-extra: \"several values of one key\"")]
    [InlineData("#client-certificate: x", "users[u].user.client-key: nothing, expected both")]
    [InlineData("#auth-provider: {name: gcp}", "auth-provider: is not supported")]
    [InlineData("#exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command: nothing")]
    [InlineData("#exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}", "exec.apiVersion: \"client.authentication.k8s.io/v1alpha1\"")]
    [InlineData("#exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}", "interactiveMode: \"Always\", expected Never or IfAvailable")]
    [InlineData("#exec: {command: x, apiVersion: client.authentication.k8s.io/v1, args: hush}", "exec.args: is no list")]
    [InlineData("#exec: {command: x, apiVersion: client.authentication.k8s.io/v1, env: [{value: hush}]}", "exec.env[0].name: nothing")]
    public void Find_WrongFile_IsToldWithItsPlaceAndNoSecret(string text, string expected)
    {
        var (cluster, user) = (text.StartsWith('@') ? text[1..] : "server: 'https://h'", text.StartsWith('#') ? text[1..] : "");
        text = text.StartsWith('@') || text.StartsWith('#')
            ? $"{{current-context: x, contexts: [{{name: x, context: {{cluster: c, user: u}}}}], clusters: [{{name: c, cluster: {{{cluster}}}}}], users: [{{name: u, user: {{{user}}}}}]}}"
            : text;

        var error = Assert.Throws<InputException>(() => Find(Write("config", text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Nothing_SaysWhatWouldDo()
    {
        Assert.Contains("KUBERNETES_SERVICE_HOST", Assert.Throws<InputException>(() => Find(null)).Message, StringComparison.Ordinal);
        _environment["KUBECONFIG"] = "/absent/one:/absent/two";
        Assert.Contains("/absent/two", Assert.Throws<InputException>(() => Find(null)).Message, StringComparison.Ordinal);
        Assert.Contains("/absent", Assert.Throws<InputException>(() => Find("/absent")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://10.1.2.3:6443", "10.0.0.0/8", false)]
    [InlineData("https://11.1.2.3:6443", "10.0.0.0/8", true)]
    [InlineData("https://[fd00::5]", "fd00::/16", false)]
    [InlineData("https://api.example.com", "example.com", false)]
    [InlineData("https://example.com", ".example.com", true)]
    [InlineData("https://api.example.com", "*.example.com", false)]
    [InlineData("https://badexample.com", "example.com", true)]
    [InlineData("https://h:6443", "h:443", true)]
    [InlineData("https://h:6443", "x, h:6443", false)]
    [InlineData("https://h", "*", false)]
    [InlineData("https://10.1.2.3", "10.1.2.3", false)]
    [InlineData("https://127.0.0.1:6443", "", false)]
    [InlineData("https://localhost", "", false)]
    [InlineData("http://h", "", false)]
    public void Proxy_OfTheEnvironment_FollowsItsExemptions(string server, string exempt, bool isUsed)
    {
        _environment["https_proxy"] = "proxy:3128";
        _environment["NO_PROXY"] = exempt;
        var rules = ProxyRules.OfEnvironment(_environment.GetValueOrDefault)!;

        Assert.Equal(isUsed ? new Uri("http://proxy:3128") : null, rules.GetProxy(new(server)));
        Assert.Equal(!isUsed, rules.IsBypassed(new(server)));
    }

    private static string Config(string server) => $"{{current-context: x, clusters: [{{name: c, cluster: {{server: '{server}'}}}}], contexts: [{{name: x, context: {{cluster: c}}}}]}}";

    private ApiConnection Find(string? file, string? context = null) => ConnectionFinder.Find(new()
    {
        Kubeconfig = file,
        Context = context,
        Environment = _environment.GetValueOrDefault,
        ServiceAccountFolder = Path.Combine(_folder.Path, "account"),
    });

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
        return _folder.Write(name, Encoding.UTF8.GetBytes(text));
    }
}
