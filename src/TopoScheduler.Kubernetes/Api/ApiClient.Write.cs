using System.Net;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>How a patch is meant.</summary>
public enum PatchKind
{
    /// <summary>A list of operations (RFC 6902); <c>test</c> makes it safe.</summary>
    Json,

    /// <summary>Merge (RFC 7396); lists are replaced.</summary>
    Merge,

    /// <summary>Server-side apply: the fields we own.</summary>
    Apply,

    /// <summary>Merge by the keys of lists; for built-in kinds only.</summary>
    StrategicMerge,
}

/// <summary>Changes of objects.</summary>
public sealed partial class ApiClient
{
    /// <summary>Creates an object.</summary>
    /// <param name="path">Path of its kind and namespace.</param>
    /// <param name="json">The object.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<Tree> CreateAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        ObjectAsync(new(HttpMethod.Post, path) { Body = json }, cancellation);

    /// <summary>Replaces an object; its <c>metadata.resourceVersion</c> is a precondition (409 when it does not hold).</summary>
    /// <param name="path">Its path, or that of its status.</param>
    /// <param name="json">The object.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<Tree> ReplaceAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        ObjectAsync(new(HttpMethod.Put, path) { Body = json }, cancellation);

    /// <summary>Patches an object or its status. <c>metadata.uid</c> and <c>metadata.resourceVersion</c> in a patch are preconditions.</summary>
    /// <param name="path">Its path, or that of its status.</param>
    /// <param name="kind">How the patch is meant.</param>
    /// <param name="json">The patch.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="fieldManager">Who owns the fields; an apply needs one.</param>
    /// <param name="force">Takes fields over from other owners; for an apply.</param>
    public Task<Tree> PatchAsync(
        string path, PatchKind kind, ReadOnlyMemory<byte> json, CancellationToken cancellation, string? fieldManager = null, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (kind == PatchKind.Apply && string.IsNullOrEmpty(fieldManager))
        {
            throw new ArgumentException("An apply needs the name of who owns the fields.", nameof(fieldManager));
        }

        var query = new ApiSelection(path).With(("fieldManager", fieldManager), ("force", force && kind == PatchKind.Apply ? "true" : null));
        return ObjectAsync(new(HttpMethod.Patch, query) { Body = json, MediaType = MediaTypeOf(kind) }, cancellation);
    }

    /// <summary>Deletes an object; false when there is none, or another of the same name.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="uid">Its UID; null: whichever has the name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="gracePeriodSeconds">Time to end; null: as the object says.</param>
    public async Task<bool> DeleteAsync(string path, string? uid, CancellationToken cancellation, int? gracePeriodSeconds = null)
    {
        var body = JsonText.Of(json =>
        {
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "DeleteOptions");
            if (gracePeriodSeconds is { } seconds)
            {
                json.WriteNumber("gracePeriodSeconds", seconds);
            }

            if (uid is not null)
            {
                json.WriteStartObject("preconditions");
                json.WriteString("uid", uid);
                json.WriteEndObject();
            }
        });
        try
        {
            await ObjectAsync(new(HttpMethod.Delete, path) { Body = body }, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound || (uid is not null && e.Status.Code == (int)HttpStatusCode.Conflict))
        {
            return false;
        }
    }

    private static string MediaTypeOf(PatchKind kind) => kind switch
    {
        PatchKind.Json => "application/json-patch+json",
        PatchKind.Merge => "application/merge-patch+json",
        PatchKind.Apply => "application/apply-patch+yaml",
        _ => "application/strategic-merge-patch+json",
    };
}
