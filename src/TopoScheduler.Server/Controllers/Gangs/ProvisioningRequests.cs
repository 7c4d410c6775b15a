using System.Globalization;
using System.Net;
using System.Text;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Asks the cluster autoscaler for room for a whole gang, and tells what it says. The request has the name of the gang's resource and belongs to it, as the
/// templates of its pods do: when the gang goes, they go.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="options">How the autoscaler is to answer.</param>
internal sealed class ProvisioningRequests(ApiClient client, GangOptions options)
{
    private const int LongestRole = 40;

    // What the autoscaler does unless configured.
    private static readonly TimeSpan Booking = TimeSpan.FromMinutes(10);

    /// <summary>Makes the request of a gang where there is none, and tells how it stands.</summary>
    /// <returns>False when it is to be tried again soon.</returns>
    public async Task<bool> FollowAsync(GangRecord record, IReadOnlyList<GangPod> live, CancellationToken cancellation)
    {
        if (record.Stored is not { Uid.Length: > 0 } stored || record.Gang is null) return false;
        var owner = new OwnerReference(GangPlacementJson.ApiVersion, GangPlacementJson.Kind, stored.Gang.Namespace, stored.Name, stored.Uid);
        try
        {
            var request = await client.GetAsync(ApiResource.ProvisioningRequests.Path(owner.Namespace, owner.Name), cancellation).ConfigureAwait(false);
            if (request is not null && IsOf(request, owner))
            {
                Tell(record, request);
                return true;
            }

            // One of a gang of the same name that is over makes room first.
            var isMade = await MakeAsync(record, live, owner, cancellation).ConfigureAwait(false);
            record.Autoscaler = $"ProvisioningRequest {owner.Name} asks an autoscaler for room";
            return isMade;
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.NotFound)
        {
            record.Autoscaler = "no autoscaler could be asked: there is no resource provisioningrequests.autoscaling.x-k8s.io/v1";
            return true;
        }
        catch (ApiException e)
        {
            record.Autoscaler = $"no autoscaler could be asked: {e.Status.Message}";
            return true;
        }
        catch (ApiUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Deletes the request of a gang and its templates. True when it is gone.</summary>
    public async Task<bool> TryDeleteAsync(GangRecord record, CancellationToken cancellation)
    {
        try
        {
            var (ns, name) = (record.Key.Namespace, GangPlacementName.Of(record.Key));
            await client.DeleteAsync(ApiResource.ProvisioningRequests.Path(ns, name), null, cancellation).ConfigureAwait(false);
            // Where its roles are not known any more they stay as long as its resource.
            foreach (var template in record.Gang is null ? [] : TemplatesOf(record, name)) await client.DeleteAsync(ApiResource.PodTemplates.Path(ns, template), null, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return false;
        }
    }

    // Templates first: the autoscaler reads them when it sees the request.
    private async Task<bool> MakeAsync(GangRecord record, IReadOnlyList<GangPod> live, OwnerReference owner, CancellationToken cancellation)
    {
        var gang = record.Gang!;
        var names = TemplatesOf(record, owner.Name);
        var podSets = new List<(string Template, int Count)>();
        for (var r = 0; r < gang.Roles.Length; r++)
        {
            // The pods of a role that are made when others run are not there to be described.
            if (live.FirstOrDefault(p => p.Gated && PodBook.SubjectIn(gang, p).Role == r) is not { } pod) continue;
            if (!await IsOursAsync(ApiResource.PodTemplates, names[r], PodTemplateJson.Write(names[r], pod, owner), owner, cancellation).ConfigureAwait(false)) return false;
            podSets.Add((names[r], gang.Roles[r].Count));
        }

        var json = ProvisioningRequestJson.Write(owner.Name, options.ProvisioningClass, podSets, owner);
        return await IsOursAsync(ApiResource.ProvisioningRequests, owner.Name, json, owner, cancellation).ConfigureAwait(false);
    }

    // Creates an object, unless it is there. One that belongs to somebody else of our name, who is over, is deleted: then it is created the next time.
    private async Task<bool> IsOursAsync(ApiResource resource, string name, ReadOnlyMemory<byte> json, OwnerReference owner, CancellationToken cancellation)
    {
        try
        {
            await client.CreateAsync(resource.Path(owner.Namespace), json, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.Conflict)
        {
            var path = resource.Path(owner.Namespace, name);
            if (await client.GetAsync(path, cancellation).ConfigureAwait(false) is not { } known) return false;
            if (IsOf(known, owner)) return true;
            await client.DeleteAsync(path, known["metadata"]["uid"].Text, cancellation).ConfigureAwait(false);
            return false;
        }
    }

    private static bool IsOf(Tree obj, OwnerReference owner)
    {
        foreach (var reference in obj["metadata"]["ownerReferences"].Items)
        {
            if (reference["uid"].Text == owner.Uid) return true;
        }

        return false;
    }

    private static void Tell(GangRecord record, Tree request)
    {
        var name = $"ProvisioningRequest {request["metadata"]["name"].Text}";
        var conditions = new Dictionary<string, Tree>(StringComparer.Ordinal);
        foreach (var condition in request["status"]["conditions"].Items) conditions[condition["type"].Text] = condition;
        var provisioned = conditions.GetValueOrDefault("Provisioned", Tree.Missing);
        record.AutoscalerDeadline = null;
        if (Holds("Failed") is { } failed) record.Autoscaler = $"the autoscaler has given up {name}{failed}";
        else if (Holds("BookingExpired") is { } expired) record.Autoscaler = $"the autoscaler no longer keeps the room it made for {name}{expired}";
        else if (Holds("Provisioned") is { } made)
        {
            record.Autoscaler = $"the autoscaler has made room for {name}{made}";
            if (Time(provisioned) is { } since) record.AutoscalerDeadline = new("the autoscaler stops keeping the room it has made, unless configured", since + Booking);
        }
        else if (Holds("Accepted") is { } accepted) record.Autoscaler = $"the autoscaler has accepted {name}{(MessageOf(provisioned) is { Length: > 0 } yet ? yet : accepted)}";
        else record.Autoscaler = $"{name} asks an autoscaler for room";

        string? Holds(string type) => conditions.TryGetValue(type, out var condition) && condition["status"].Text == "True" ? MessageOf(condition) : null;
    }

    private static string MessageOf(Tree condition) => condition["message"].Text is { Length: > 0 } message ? $": {message}" : "";

    private static DateTimeOffset? Time(Tree condition) => DateTimeOffset.TryParse(
        condition["lastTransitionTime"].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    // One for each role, told apart where names that were made short are alike.
    private static List<string> TemplatesOf(GangRecord record, string placement)
    {
        var names = new List<string>();
        foreach (var role in record.Gang!.Roles)
        {
            var name = new StringBuilder();
            foreach (var c in role.Name.ToLowerInvariant())
            {
                if (name.Length < LongestRole) name.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
            }

            var text = name.ToString().Trim('-') is { Length: > 0 } plain ? $"{placement}-{plain}" : placement;
            names.Add(names.Contains(text) ? string.Create(CultureInfo.InvariantCulture, $"{text}-{names.Count}") : text);
        }

        return names;
    }
}
