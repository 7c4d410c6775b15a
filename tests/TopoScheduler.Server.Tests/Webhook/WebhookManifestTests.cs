using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Webhook;
using TopoScheduler.Testing.ThirdParty;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Server.Tests.Webhook;

public sealed class WebhookManifestTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "manifests", "webhook");

    [Theory]
    [InlineData("mutating.yaml", "MutatingWebhookConfiguration", "/webhook/mutate", "Ignore", "None", "pods")]
    [InlineData("validating.yaml", "ValidatingWebhookConfiguration", "/webhook/validate", "Fail", "NoneOnDryRun", "pods,pods/binding,bindings")]
    public void Manifest_Each_SaysWhatTheWebhookNeeds(string file, string kind, string path, string failurePolicy, string sideEffects, string resources)
    {
        var root = YamlTree.Load(Path.Combine(Folder, file));
        var webhook = Assert.Single(root.Find("webhooks").Items());
        var rule = Assert.Single(webhook.Find("rules").Items());

        Assert.Equal(("admissionregistration.k8s.io/v1", kind), (root.Find("apiVersion").Text(), root.Find("kind").Text()));
        Assert.Equal((failurePolicy, "2", sideEffects), (webhook.Find("failurePolicy").Text(), webhook.Find("timeoutSeconds").Text(), webhook.Find("sideEffects").Text()));
        Assert.Equal((path, true), (webhook.Find("clientConfig").Find("service").Find("path").Text(), WebhookEndpoints.Paths.Contains(path)));
        Assert.Equal(["v1", "v1beta1"], Texts(webhook.Find("admissionReviewVersions")));
        Assert.Equal(["CREATE"], Texts(rule.Find("operations")));
        Assert.Equal([""], Texts(rule.Find("apiGroups")));
        Assert.Equal(resources.Split(','), Texts(rule.Find("resources")));
        Assert.Equal(kind == "MutatingWebhookConfiguration" ? "IfNeeded" : null, webhook.Find("reinvocationPolicy").Text());
    }

    [Theory]
    [InlineData("mutating.yaml")]
    [InlineData("validating.yaml")]
    public void Manifest_Each_LeavesSystemNamespacesAndOursAlone(string file)
    {
        var webhook = Assert.Single(YamlTree.Load(Path.Combine(Folder, file)).Find("webhooks").Items());
        var expression = Assert.Single(webhook.Find("namespaceSelector").Find("matchExpressions").Items());

        Assert.Equal(("kubernetes.io/metadata.name", "NotIn"), (expression.Find("key").Text(), expression.Find("operator").Text()));
        Assert.Equal(ManagedPods.SystemNamespaces.Add(new WebhookOptions().OwnNamespace).Order(), Texts(expression.Find("values")).Order());
        Assert.Equal(new WebhookOptions().OwnNamespace, webhook.Find("clientConfig").Find("service").Find("namespace").Text());
    }

    // The placeholder must pass for base64, or the file could not even be applied, and the comment must name it.
    [Theory]
    [InlineData("mutating.yaml")]
    [InlineData("validating.yaml")]
    public void Manifest_Each_ExplainsItsPlaceholder(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var placeholder = Assert.Single(YamlTree.Load(Path.Combine(Folder, file)).Find("webhooks").Items()).Find("clientConfig").Find("caBundle").Text()!;

        Assert.Equal("CA_BUNDLE"u8.ToArray(), Convert.FromBase64String(placeholder));
        Assert.Contains($"s|{placeholder}|", text, StringComparison.Ordinal);
    }

    private static string[] Texts(YamlNode? list) => [.. list.Items().Select(i => i.Text()!)];
}
