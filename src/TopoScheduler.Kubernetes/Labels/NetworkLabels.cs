using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Reads the place of a node in the network from its labels.</summary>
internal static class NetworkLabels
{
    private static readonly LabelProfile OwnProfile = LabelProfiles.All[0];

    /// <summary>Reads one node. An empty label value counts as a missing label.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="accelerator">Its accelerator, where known: decides what counts as an NVLink domain.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static NodeLocation Read(NodeLabels labels, Accelerator? accelerator, ImmutableArray<Problem>.Builder problems)
    {
        var (profile, second) = Choose(labels);
        var nvLink = NvLinkDomain(labels, accelerator, problems);
        if (profile is null)
        {
            return nvLink is null ? NodeLocation.Unknown : NodeLocation.Unknown with { NvLinkDomain = nvLink };
        }

        if (second is not null)
        {
            problems.Add(Problem.Info(
                labels.Node, $"carries network labels of two profiles, {profile.Name} and {second.Name}; those of {profile.Name} are used."));
        }

        return new(profile.Name, Fabric(labels, profile), profile.Scope, nvLink);
    }

    /// <summary>The profile the node is read by, and another one it carries labels of, if any. Zone and region accompany every profile.</summary>
    private static (LabelProfile? First, LabelProfile? Second) Choose(NodeLabels labels)
    {
        LabelProfile? first = null, second = null;
        var most = 0;
        foreach (var profile in LabelProfiles.All)
        {
            var count = FabricKeys(labels, profile);
            if (count == 0 || (profile.Name == LabelProfiles.Generic && first is not null))
            {
                continue;
            }

            var wins = first is null || (count > most && first != OwnProfile);
            second = wins ? first : second ?? profile;
            (first, most) = wins ? (profile, count) : (first, most);
        }

        return (first, second);
    }

    private static int FabricKeys(NodeLabels labels, LabelProfile profile)
    {
        var count = 0;
        foreach (var alternatives in profile.Fabric)
        {
            count += labels.First(alternatives) is null ? 0 : 1;
        }

        return count;
    }

    private static ImmutableArray<string?> Fabric(NodeLabels labels, LabelProfile profile)
    {
        var fabric = ImmutableArray.CreateBuilder<string?>(profile.Fabric.Length);
        foreach (var alternatives in profile.Fabric)
        {
            fabric.Add(labels.First(alternatives));
        }

        if (profile.NearestIsOptional && fabric[0] is null)
        {
            fabric.RemoveAt(0);
        }

        while (fabric.Count > 0 && fabric[^1] is null)
        {
            fabric.RemoveAt(fabric.Count - 1);
        }

        return fabric.ToImmutable();
    }

    /// <summary>
    /// Our own key, else the narrowest there is: clique, sub-domain, domain, then what the provider writes. A product on an 8-GPU board has no NVLink
    /// beyond its node, so any label on it means something else.
    /// </summary>
    private static string? NvLinkDomain(NodeLabels labels, Accelerator? accelerator, ImmutableArray<Problem>.Builder problems)
    {
        if (accelerator is { GpusPerBoard: >= 8 })
        {
            if (labels.First(OwnProfile.NvLink) is { } ignored)
            {
                problems.Add(Problem.Info(
                    labels.Node, $"label {OwnProfile.NvLink[0]}=\"{NodeLabels.Shorten(ignored)}\": NVLink of {accelerator.Name} ends at its "
                    + $"{accelerator.GpusPerBoard}-GPU board, so the node is its own NVLink domain; the label is ignored."));
            }

            return null;
        }

        foreach (var profile in LabelProfiles.All)
        {
            var applies = !profile.NvLinkOnRackScaleOnly || accelerator is { RackScale: true };
            if (applies && labels.First(profile.NvLink) is { } id)
            {
                return id;
            }
        }

        return null;
    }
}
