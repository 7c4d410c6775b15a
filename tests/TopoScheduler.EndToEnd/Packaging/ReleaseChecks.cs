using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>What must hold of the objects of any installation, from the chart or from the manifests.</summary>
internal static class ReleaseChecks
{
    private static readonly string[] LabelsOfHelm = ["app.kubernetes.io/managed-by", "helm.sh/chart"];
    private static readonly PermissionPage Page = PermissionPage.Load(Toposched.Root);

    /// <summary>The mode its settings and containers amount to.</summary>
    public static void Check(IReadOnlyList<JsonObject> objects, string mode, string space)
    {
        Assert.Equal(objects.Count, objects.Select(o => o.Id()).Distinct().Count());
        Assert.All(objects, o => Assert.Equal(o.IsNamespaced(), o.Namespace() is not null));
        Assert.All(objects.Where(o => o.IsNamespaced()), o => Assert.Contains(o.Namespace(), new[] { space, "kube-system" }));
        Assert.All(objects, RestrictedPods.Check);
        var deployment = objects.Single(o => o.Kind() == "Deployment");
        var settings = Settings(Settings(objects, deployment));
        Assert.Equal(mode == "controller", settings.Gangs.Controller);
        Assert.Equal(mode switch { "controller" => "lease", "extender" => "scheduler", _ => "none" }, settings.Election.Mode ?? "none");
        Assert.Equal(mode == "extender" ? ["toposched", "kube-scheduler"] : ["toposched"], Containers(deployment).Select(c => (string?)c["name"]));
        CheckGrants(objects, deployment, mode, settings);
        CheckDoors(objects, deployment, settings);
        if (mode == "extender") CheckScheduler(objects, settings);
    }

    /// <summary>The text of the settings file in an installation.</summary>
    public static string Settings(IReadOnlyList<JsonObject> objects, JsonObject deployment)
    {
        var mounted = (string?)deployment.PodTemplate()!["spec"]!["volumes"]!.AsArray().Single(v => (string?)v!["name"] == "settings")!["configMap"]!["name"];
        return objects.Single(o => o.Kind() == "ConfigMap" && o.Name() == mounted)["data"]!["settings.yaml"]!.GetValue<string>();
    }

    /// <summary>The objects as they are without what only Helm writes; texts that are YAML as YAML.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Plain(IReadOnlyList<JsonObject> objects)
    {
        var plain = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var original in objects.Where(o => o.Kind() is not ("Namespace" or "Secret") && !o.IsHook()))
        {
            var obj = original.DeepClone().AsObject();
            foreach (var metadata in new[] { obj["metadata"], obj.Kind() == "Deployment" ? obj["spec"]!["template"]!["metadata"] : null }.OfType<JsonObject>())
            {
                foreach (var label in LabelsOfHelm) (metadata["labels"] as JsonObject)?.Remove(label);
                metadata.Remove("annotations");
            }

            if (obj["data"] is JsonObject data) obj["data"] = new JsonObject(data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)YamlObjects.Of((string)d.Value!).Single().DeepClone())));
            // The definitions and webhooks of the manifests are used without Helm as well, and say nothing of a release.
            if (obj.Kind() is "CustomResourceDefinition" or "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration") obj["metadata"]!.AsObject().Remove("labels");
            plain.Add(obj.Id(), obj);
        }

        return plain;
    }

    /// <summary>Settings that <c>toposched serve</c> accepts.</summary>
    public static ServeSettings Settings(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return ServeSettings.Load(new(SettingsFile.Read(file), [], []));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject deployment) => deployment.PodTemplate()!["spec"]!["containers"]!.AsArray().Select(c => c!.AsObject());

    private static void CheckGrants(IReadOnlyList<JsonObject> objects, JsonObject deployment, string mode, ServeSettings settings)
    {
        var account = deployment.PodTemplate()!["spec"]!["serviceAccountName"]!.GetValue<string>();
        if (objects.Any(o => o.Kind() == "ClusterRole" && o.Name() == deployment.Name()))
        {
            var granted = Grants.Of(objects, account);
            // Rules of the administrator's own go on top.
            var isCalled = settings.Telemetry.Push || settings.Api.Enabled || settings.Listen.GrpcUrl is not null;
            var needed = Page.For(mode, settings.Gangs.RankMaps, settings.Gangs.ScaleUp, isCalled && settings.Access.TokenFile is null);
            Assert.Equal(needed.Select(p => p.ToString()).Order(StringComparer.Ordinal), granted.Where(p => p.Group != "example.test").Select(p => p.ToString()).Order(StringComparer.Ordinal));
            string[] foreign = mode == "extender" ? ["extension-apiserver-authentication-reader", "system:kube-scheduler", "system:volume-scheduler"] : [];
            Assert.Equal(foreign, Grants.Foreign(objects).Order(StringComparer.Ordinal));
            CheckLease(objects, mode, settings);
        }

        if (objects.SingleOrDefault(o => o.Kind() == "Job") is not { } hook) return;
        var end = Grants.Of(objects, hook.PodTemplate()!["spec"]!["serviceAccountName"]!.GetValue<string>());
        Assert.Equal(Page.AtTheEnd.Select(p => p.ToString()).Order(StringComparer.Ordinal), end.Select(p => p.ToString()).Order(StringComparer.Ordinal));
    }

    // Of all Leases in our namespace that one alone.
    private static void CheckLease(IReadOnlyList<JsonObject> objects, string mode, ServeSettings settings)
    {
        var roles = objects.Where(o => o.Kind() == "Role").ToList();
        Assert.Equal(mode == "advisory" ? 0 : 1, roles.Count);
        foreach (var rule in roles.SelectMany(r => r["rules"]!.AsArray()))
        {
            var names = rule!["resourceNames"]?.AsArray().Select(n => (string?)n);
            Assert.Equal(rule["verbs"]!.AsArray().Any(v => (string?)v == "create") ? null : [settings.Election.Name], names);
        }

        Assert.All(roles, role => Assert.Equal(settings.Election.Namespace, role.Namespace()));
    }

    // Every port is where the settings listen, every service and policy selects the pods, and a webhook leads to one of the services.
    private static void CheckDoors(IReadOnlyList<JsonObject> objects, JsonObject deployment, ServeSettings settings)
    {
        var labels = deployment.PodTemplate()!["metadata"]!["labels"]!.AsObject();
        var ports = Containers(deployment).First()["ports"]!.AsArray().ToDictionary(p => (string)p!["name"]!, p => (int)p!["containerPort"]!);
        Assert.Equal(ports["health"], new Uri(settings.Listen.HealthUrl!).Port);
        Assert.Equal(settings.Webhook.Url is null ? null : new Uri(settings.Webhook.Url).Port, ports.TryGetValue("webhook", out var port) ? port : (int?)null);
        Assert.Equal(settings.Listen.ApiUrl is null ? null : new Uri(settings.Listen.ApiUrl).Port, ports.TryGetValue("api", out var api) ? api : (int?)null);
        CheckMounts(deployment);
        foreach (var service in objects.Where(o => o.Kind() == "Service"))
        {
            Assert.True(Selects(service["spec"]!["selector"]!, labels), service.Id());
            Assert.All(service["spec"]!["ports"]!.AsArray(), p => Assert.True(p!["targetPort"]!.GetValueKind() == System.Text.Json.JsonValueKind.Number || ports.ContainsKey((string)p["targetPort"]!), service.Id()));
            foreach (var other in objects.Where(o => o.IsHook())) Assert.False(other.PodTemplate()?["metadata"]?["labels"] is JsonObject theirs && Selects(service["spec"]!["selector"]!, theirs), other.Id());
        }

        Assert.True(Selects(deployment["spec"]!["selector"]!["matchLabels"]!, labels));
        Assert.All(objects.Where(o => o.Kind() == "PodDisruptionBudget"), o => Assert.True(Selects(o["spec"]!["selector"]!["matchLabels"]!, labels)));
        Assert.All(objects.Where(o => o.Kind() == "NetworkPolicy"), o => Assert.True(Selects(o["spec"]!["podSelector"]!["matchLabels"]!, labels)));
        var webhooks = objects.Where(o => o.Kind().EndsWith("WebhookConfiguration", StringComparison.Ordinal)).ToList();
        Assert.Equal(settings.Webhook.Url is not null, webhooks.Count > 0);
        Assert.Equal(settings.Webhook is { Url: not null, Gate: true }, webhooks.Any(w => w.Kind() == "MutatingWebhookConfiguration"));
        foreach (var service in webhooks.Select(w => w["webhooks"]![0]!["clientConfig"]!["service"]!))
        {
            Assert.Contains(objects, o => o.Kind() == "Service" && o.Name() == (string?)service["name"] && o.Namespace() == (string?)service["namespace"]);
        }
    }

    private static void CheckMounts(JsonObject deployment)
    {
        var volumes = deployment.PodTemplate()!["spec"]!["volumes"]!.AsArray().Select(v => (string?)v!["name"]).ToList();
        var mounted = Containers(deployment).SelectMany(c => c["volumeMounts"]!.AsArray()).Select(m => (string?)m!["name"]).Distinct();
        Assert.Equal(volumes.Order(StringComparer.Ordinal), mounted.Order(StringComparer.Ordinal));
    }

    private static bool Selects(JsonNode selector, JsonObject labels) => selector.AsObject().All(s => (string?)labels[s.Key] == (string?)s.Value);

    private static void CheckScheduler(IReadOnlyList<JsonObject> objects, ServeSettings settings)
    {
        var map = objects.Single(o => o.Kind() == "ConfigMap" && o.Name().EndsWith("-scheduler", StringComparison.Ordinal));
        var configuration = Assert.Single(YamlObjects.Of(map["data"]!["config.yaml"]!.GetValue<string>()));
        Assert.Equal(settings.Election.Name, (string?)configuration["leaderElection"]!["resourceName"]);
        Assert.Equal(settings.Election.Namespace, (string?)configuration["leaderElection"]!["resourceNamespace"]);
        Assert.Equal(settings.Listen.Url + "/scheduler", (string?)configuration["extenders"]![0]!["urlPrefix"]);
        // kube-scheduler takes the certificates only with both.
        Assert.Equal(settings.Listen.Url.StartsWith("https", StringComparison.Ordinal), configuration["extenders"]![0]!["tlsConfig"] is not null);
        Assert.Equal(configuration["extenders"]![0]!["tlsConfig"] is not null, (bool?)configuration["extenders"]![0]!["enableHTTPS"] ?? false);
        Assert.False((bool)configuration["extenders"]![0]!["ignorable"]!);
        Assert.True(TimeSpan.FromSeconds(int.Parse(((string)configuration["extenders"]![0]!["httpTimeout"]!).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)) > TimeSpan.FromMilliseconds(settings.Extender.BindMilliseconds));
    }
}
