using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>The controller of an object, as its metadata names it.</summary>
/// <param name="ApiVersion">apiVersion of the controller.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace, that of the object it controls.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid.</param>
public sealed record OwnerReference(string ApiVersion, string Kind, string Namespace, string Name, string Uid)
{
    /// <summary>
    /// Path of the object in the API. The plural is the usual one, the kind in lower case with an s, as all kinds of jobs have it; asking the server for it
    /// would be a request more for each group.
    /// </summary>
    public string Path
    {
        get
        {
            var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? "apis" : "api";
            return $"/{root}/{ApiVersion}/namespaces/{Namespace}/{Kind.ToLowerInvariant()}s/{Name}";
        }
    }

    /// <summary>Writes it as the one owner, and controller, of an object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("ownerReferences");
        json.WriteStartObject();
        json.WriteString("apiVersion", ApiVersion);
        json.WriteString("kind", Kind);
        json.WriteString("name", Name);
        json.WriteString("uid", Uid);
        json.WriteBoolean("controller", true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>The controller among the owners of an object, or null.</summary>
    internal static OwnerReference? ControllerOf(Tree obj)
    {
        var metadata = obj["metadata"];
        foreach (var owner in metadata["ownerReferences"].Items)
        {
            if (owner["controller"].Text is "true" or "True")
            {
                return new(owner["apiVersion"].Text, owner["kind"].Text, metadata["namespace"].Text, owner["name"].Text, owner["uid"].Text);
            }
        }

        return null;
    }
}
