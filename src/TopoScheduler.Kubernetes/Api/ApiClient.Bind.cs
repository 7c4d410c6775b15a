using System.Net;
using TopoScheduler.Kubernetes.Api.Json;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Binding of pods.</summary>
public sealed partial class ApiClient
{
    // The oldest server whose source was seen to check the UID in a Binding. For others we look before we bind. Our own watch is no substitute for that look: it
    // lags, by as long as a broken stream takes to come back, and a pod that was made again under its name meanwhile would be bound where its predecessor
    // was to go. Nor is a read from the server's cache (resourceVersion=0), for the same reason. The look leaves the time of one round trip.
    private const int FirstMinorThatChecksUid = 36;

    /// <summary>Binds a pod to a node. Not throwing: how it went is the result. Repeating it does no harm.</summary>
    public async Task<BindResult> BindAsync(BindRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var limit = new TimeLimit(request.Timeout, Time, cancellation);
        limit.Begin();
        try
        {
            return await BindAsync(request, limit).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.Code is >= 500 or 408)
        {
            // The server may have written the binding before it failed.
            return new(BindOutcome.Unknown, null, e.Message);
        }
        catch (ApiException e)
        {
            return new(BindOutcome.Refused, null, e.Status.Message);
        }
        catch (ApiUnavailableException e)
        {
            return new(BindOutcome.Unknown, null, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(BindOutcome.Unknown, null, $"no answer within {request.Timeout.TotalSeconds:F0} seconds");
        }
    }

    private async Task<BindResult> BindAsync(BindRequest request, TimeLimit limit)
    {
        if (request.Uid.Length > 0 && !(await GetVersionAsync(limit.Token).ConfigureAwait(false)).IsAtLeast(1, FirstMinorThatChecksUid)
            && await LookAsync(request, limit).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        var post = new ApiRequest(HttpMethod.Post, ApiResource.Pods.Path(request.Namespace, request.Name, "binding")) { Body = Binding(request), Timeout = request.Timeout };
        try
        {
            await ObjectAsync(post, limit.Token).ConfigureAwait(false);
            return new(BindOutcome.Bound, request.Node, "");
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            return new(BindOutcome.NotFound, null, e.Status.Message);
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.Conflict)
        {
            return await LookAsync(request, limit).ConfigureAwait(false) ?? new(BindOutcome.Refused, null, e.Status.Message);
        }
    }

    // Null: the pod is the one that is meant, and on no node.
    private async Task<BindResult?> LookAsync(BindRequest request, TimeLimit limit)
    {
        if (await GetAsync(ApiResource.Pods.Path(request.Namespace, request.Name), limit.Token).ConfigureAwait(false) is not { } pod)
        {
            return new(BindOutcome.NotFound, null, "the pod does not exist");
        }

        var uid = pod["metadata"]["uid"].Text;
        if (request.Uid.Length > 0 && uid != request.Uid)
        {
            return new(BindOutcome.UidMismatch, null, $"the pod of this name has uid {uid}, expected {request.Uid}");
        }

        var node = pod["spec"]["nodeName"].Text;
        return node.Length == 0 ? null :
            node == request.Node ? new(BindOutcome.AlreadyBoundHere, node, "") :
            new(BindOutcome.AlreadyBoundElsewhere, node, $"the pod is on node {node}");
    }

    private static ReadOnlyMemory<byte> Binding(BindRequest request) => JsonText.Of(json =>
    {
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "Binding");
        json.WriteStartObject("metadata");
        json.WriteString("name", request.Name);
        json.WriteString("namespace", request.Namespace);
        if (request.Uid.Length > 0)
        {
            json.WriteString("uid", request.Uid);
        }

        JsonText.WriteMap(json, "annotations", request.Annotations);
        json.WriteEndObject();
        json.WriteStartObject("target");
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "Node");
        json.WriteString("name", request.Node);
        json.WriteEndObject();
    });
}
