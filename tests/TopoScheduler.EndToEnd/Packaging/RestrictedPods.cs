using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The profile <c>restricted</c> of the Pod Security Standards, and a root file system nobody writes to.</summary>
internal static class RestrictedPods
{
    private static readonly string[] Volumes = ["configMap", "emptyDir", "projected", "secret", "downwardAPI", "persistentVolumeClaim", "csi", "ephemeral"];

    /// <summary>Fails where the pods of an object would not be admitted.</summary>
    public static void Check(JsonObject obj)
    {
        if (obj.PodTemplate()?["spec"] is not JsonObject spec) return;
        var security = spec["securityContext"];
        Assert.True((bool?)security?["runAsNonRoot"], $"{obj.Id()}: runAsNonRoot");
        Assert.NotEqual(0, (int?)security!["runAsUser"]);
        Assert.Equal("RuntimeDefault", (string?)security["seccompProfile"]?["type"]);
        Assert.All(["hostNetwork", "hostPID", "hostIPC"], field => Assert.Null(spec[field]));
        Assert.All(spec["volumes"]?.AsArray() ?? [], volume => Assert.All(volume!.AsObject().Where(f => f.Key != "name"), source => Assert.Contains(source.Key, Volumes)));
        foreach (var container in spec["containers"]!.AsArray().Concat(spec["initContainers"]?.AsArray() ?? []))
        {
            var own = container!["securityContext"];
            Assert.False((bool?)own?["allowPrivilegeEscalation"] ?? true, $"{obj.Id()}: allowPrivilegeEscalation");
            Assert.True((bool?)own!["readOnlyRootFilesystem"], $"{obj.Id()}: readOnlyRootFilesystem");
            Assert.Equal(["ALL"], own["capabilities"]!["drop"]!.AsArray().Select(c => (string?)c));
            Assert.Null(own["capabilities"]!["add"]);
            Assert.NotNull(container["resources"]!["requests"]!["memory"]);
            Assert.All(container["ports"]?.AsArray() ?? [], port => Assert.Null(port!["hostPort"]));
        }
    }
}
