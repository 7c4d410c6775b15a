using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The chart, rendered by Helm.</summary>
public sealed class ChartTests
{
    private const string Space = "toposcheduler-system";

    public static TheoryData<int> Sets => [.. Enumerable.Range(0, ValueSets.All.Count)];

    [HelmTheory]
    [MemberData(nameof(Sets))]
    public async Task Template_ValueSet_IsWholeAndGrantsWhatThePageLists(int index)
    {
        var set = ValueSets.All[index];

        var (objects, error) = await Helm.TemplateAsync(set);

        Assert.True(objects.Count > 0, $"{set.Name}: {error}");
        ReleaseChecks.Check(objects, set.Mode, Space);
    }

    [HelmFact]
    public async Task Lint_DefaultsAndEveryMode_FindsNothing()
    {
        foreach (var set in (ValueSet[])[new("controller", "{}"), new("extender", "mode: extender", "1.20.2"), new("advisory", "mode: advisory")])
        {
            Assert.Contains("0 chart(s) failed", await Helm.LintAsync(set), StringComparison.Ordinal);
        }
    }

    // The same objects, flags and permissions with and without Helm.
    [HelmTheory]
    [InlineData("controller", "1.32.0", null)]
    [InlineData("advisory", "1.32.0", null)]
    [InlineData("extender", "1.29.0", "1.29")]
    [InlineData("extender", "1.25.0", "1.25")]
    public async Task Template_Mode_IsTheFolderOfManifests(string mode, string version, string? scheduler)
    {
        // The folder leaves the certificate to whoever applies it, with this text in the place of its authority.
        var values = $"{{mode: {mode}, webhook: {{certificate: {{source: secret, secretName: toposcheduler-webhook-tls, caBundle: CA_BUNDLE}}}}, scheduler: {{image: {{tag: v1.29.0}}}}}}";

        var (objects, error) = await Helm.TemplateAsync(new(mode, values, version));

        var (chart, folder) = (ReleaseChecks.Plain(objects), ReleaseChecks.Plain(ManifestFolder.Load(mode, scheduler).Objects));
        Assert.Equal(folder.Keys, chart.Keys);
        Assert.True(error.Length == 0, error);
        Assert.All(folder, f => Assert.True(JsonNode.DeepEquals(f.Value, chart[f.Key]), $"manifests:\n{f.Value.ToJsonString()}\nchart:\n{chart[f.Key].ToJsonString()}"));
    }

    [HelmTheory]
    [InlineData("{}", "1.26.0", "mode controller needs Kubernetes 1.27")]
    [InlineData("{}", "1.19.0", "chart requires kubeVersion: >=1.20.0-0")]
    [InlineData("{replicas: 2, webhook: {bindings: {enabled: true}}}", "1.32.0", "expected replicas: 1")]
    [InlineData("mode: both", "1.32.0", "mode")]
    [InlineData("imagee: {}", "1.32.0", "imagee")]
    [InlineData("webhook: {certificate: {source: secret}}", "1.32.0", "webhook.certificate.secretName")]
    [InlineData("serviceAccount: {create: false}", "1.32.0", "serviceAccount.name")]
    [InlineData("tls: {apiPort: 8890}", "1.32.0", "tls.secretName is empty")]
    [InlineData("{mode: extender, config: {listen: {url: 'https://127.0.0.1:8888'}}}", "1.32.0", "scheduler.tlsConfig is empty")]
    public async Task Template_WrongValues_AreRefusedInWords(string values, string version, string expected)
    {
        var (objects, error) = await Helm.TemplateAsync(new("wrong", values, version));

        Assert.Empty(objects);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [HelmFact]
    public async Task Template_CertificateOfTheChart_IsSignedByTheAuthorityTheApiServerIsTold()
    {
        var (objects, _) = await Helm.TemplateAsync(new("defaults", "{}"));
        var data = objects.Single(o => o.Kind() == "Secret")["data"]!;
        static System.Security.Cryptography.X509Certificates.X509Certificate2 Pem(string base64) =>
            System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(base64)));
        using var certificate = Pem((string)data["tls.crt"]!);
        using var authority = Pem((string)objects.Single(o => o.Kind() == "MutatingWebhookConfiguration")["webhooks"]![0]!["clientConfig"]!["caBundle"]!);
        using var chain = new System.Security.Cryptography.X509Certificates.X509Chain();
        chain.ChainPolicy.TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);

        Assert.True(chain.Build(certificate), string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation)));
        Assert.True(certificate.MatchesHostname($"toposcheduler-webhook.{Space}.svc"));
    }
}
