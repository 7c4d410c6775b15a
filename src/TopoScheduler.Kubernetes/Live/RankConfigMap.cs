using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>The ConfigMap that carries the rank map of a gang placement to its job. It goes when the gang placement does.</summary>
public static class RankConfigMap
{
    /// <summary>Its name.</summary>
    public static string NameOf(string gangPlacement) => gangPlacement + "-ranks";

    /// <summary>The object as JSON.</summary>
    /// <param name="map">What it says.</param>
    /// <param name="gangPlacement">The gang placement it belongs to, in whose namespace it is.</param>
    public static ReadOnlyMemory<byte> ToJson(RankMap map, OwnerReference gangPlacement) => JsonText.Of(json =>
    {
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "ConfigMap");
        json.WriteStartObject("metadata");
        json.WriteString("name", NameOf(gangPlacement.Name));
        json.WriteString("namespace", gangPlacement.Namespace);
        JsonText.WriteMap(json, "labels", [KeyValuePair.Create(ObjectLabels.GangPlacement, ObjectLabels.ValueOf(gangPlacement.Name))]);
        gangPlacement.Write(json);
        json.WriteEndObject();
        JsonText.WriteMap(json, "data", map.Data);
    });
}
