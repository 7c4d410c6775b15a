using TopoScheduler.Kubernetes.Api.Json;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Eviction of pods.</summary>
public sealed partial class ApiClient
{
    private bool _oldEviction;

    /// <summary>Asks for the end of a pod, subject to disruption budgets. Not throwing: how it went is the result.</summary>
    /// <param name="pod">The pod; with an empty UID whichever has the name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="gracePeriodSeconds">Time to end; null: as the pod says.</param>
    public async Task<EvictResult> EvictAsync(ObjectKey pod, CancellationToken cancellation, int? gracePeriodSeconds = null)
    {
        try
        {
            return await EvictOnceAsync(pod, gracePeriodSeconds, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (!_oldEviction && e.Status.Code is 400 or 415 or 422)
        {
            // Before 1.22 the server knows only policy/v1beta1.
            _oldEviction = true;
            return await EvictAsync(pod, cancellation, gracePeriodSeconds).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            return Of(e.Status);
        }
        catch (ApiUnavailableException e)
        {
            return new(EvictOutcome.Unknown, e.Message);
        }
    }

    private async Task<EvictResult> EvictOnceAsync(ObjectKey pod, int? gracePeriodSeconds, CancellationToken cancellation)
    {
        var path = ApiResource.Pods.Path(pod.Namespace, pod.Name, "eviction");
        await ObjectAsync(new(HttpMethod.Post, path) { Body = Eviction(pod, gracePeriodSeconds) }, cancellation).ConfigureAwait(false);
        return new(EvictOutcome.Evicted, "");
    }

    private static EvictResult Of(ApiStatus status) => new(
        status.Code switch
        {
            429 => EvictOutcome.BlockedByBudget,
            404 => EvictOutcome.NotFound,
            409 => EvictOutcome.UidMismatch,
            >= 500 => EvictOutcome.Unknown,
            _ => EvictOutcome.Refused,
        },
        status.Message,
        status.RetryAfter);

    private ReadOnlyMemory<byte> Eviction(ObjectKey pod, int? gracePeriodSeconds) => JsonText.Of(json =>
    {
        json.WriteString("apiVersion", _oldEviction ? "policy/v1beta1" : "policy/v1");
        json.WriteString("kind", "Eviction");
        json.WriteStartObject("metadata");
        json.WriteString("name", pod.Name);
        json.WriteString("namespace", pod.Namespace);
        json.WriteEndObject();
        json.WriteStartObject("deleteOptions");
        if (gracePeriodSeconds is { } seconds)
        {
            json.WriteNumber("gracePeriodSeconds", seconds);
        }

        if (pod.Uid.Length > 0)
        {
            json.WriteStartObject("preconditions");
            json.WriteString("uid", pod.Uid);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });
}
