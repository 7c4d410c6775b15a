using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>A pod as the controller of gangs sees it: one that carries our gate, that we have placed, or that we have let go without a place.</summary>
public sealed record GangPod
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Uid.</summary>
    public required string Uid { get; init; }

    /// <summary>The gang it is a member of; its own where it is alone.</summary>
    public required GangKey Gang { get; init; }

    /// <summary>The object that made it and will make another when it is deleted; null for a bare pod.</summary>
    public OwnerReference? Controller { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Our gate is on: it waits for us.</summary>
    public bool Gated { get; init; }

    /// <summary>A gate of somebody else that is on as well, and comes first; null for none.</summary>
    public string? OtherGate { get; init; }

    /// <summary>The node it is bound to; null for none.</summary>
    public string? NodeName { get; init; }

    /// <summary>The one node it may go to; null when it is not pinned.</summary>
    public string? PinnedNode { get; init; }

    /// <summary>The member we have made it; null when we have not.</summary>
    public int? Member { get; init; }

    /// <summary>Members of the gang it was placed with; null when we have not placed it.</summary>
    public int? GangSize { get; init; }

    /// <summary>Its gate was taken off without a place for it, so that an autoscaler sees it: the scheduler finds it one.</summary>
    public bool LetGo { get; init; }

    /// <summary>It is being deleted.</summary>
    public bool Terminating { get; init; }

    /// <summary>Why the scheduler could not bind it when it last tried; null when it has not said so.</summary>
    public string? Unschedulable { get; init; }

    /// <summary>Kueue manages it: it is given up when it is not ready in time.</summary>
    public bool IsKueues { get; init; }

    /// <summary>Version of the object that was read; empty once it has a node.</summary>
    public string ResourceVersion => Pending?.Tree["metadata"]["resourceVersion"].Text ?? "";

    /// <summary>The gate is off and it has no node yet: the scheduler may bind it at any moment.</summary>
    public bool IsReleased => !Gated && NodeName is null;

    /// <summary>The terms of its required node affinity.</summary>
    internal Tree RequiredTerms { get; init; } = Tree.Missing;

    /// <summary>The pod as a member of its gang; null once it has a node.</summary>
    internal PendingPod? Pending { get; init; }

    /// <summary>Reads a pod; null when it is none of ours, or has finished.</summary>
    public static GangPod? Read(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var (metadata, spec) = (tree["metadata"], tree["spec"]);
        var (gated, other) = GatesOf(spec["schedulingGates"]);
        var placement = metadata["annotations"][AnnotationKeys.Placement].Text;
        var letGo = !gated && placement.Length == 0 && metadata["annotations"][AnnotationKeys.ScaleUp].Text == GateRelease.Ungated;
        if ((!gated && !letGo && placement.Length == 0) || tree["status"]["phase"].Text is "Succeeded" or "Failed") return null;
        var terms = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
        var pending = new PendingPod(tree);
        var node = spec["nodeName"].Text;
        return new()
        {
            Namespace = pending.Name.Namespace,
            Name = pending.Name.Name,
            Uid = pending.Name.Uid,
            Gang = pending.Key,
            Controller = pending.Controller,
            Created = MomentText.Written(metadata["creationTimestamp"].Text) ?? DateTimeOffset.UnixEpoch,
            Gated = gated,
            OtherGate = other,
            NodeName = node.Length > 0 ? node : null,
            PinnedNode = gated ? null : PinOf(terms),
            Member = gated ? null : Part(placement, 0),
            GangSize = gated ? null : Part(placement, 1),
            LetGo = letGo,
            Terminating = metadata["deletionTimestamp"].Kind != TreeKind.Null,
            Unschedulable = UnschedulableOf(tree["status"]["conditions"]),
            IsKueues = metadata["labels"]["kueue.x-k8s.io/queue-name"].Text.Length > 0 || metadata["labels"]["kueue.x-k8s.io/managed"].Text == "true",
            RequiredTerms = terms,
            Pending = node.Length > 0 ? null : pending,
        };
    }

    private static (bool Ours, string? Other) GatesOf(Tree gates)
    {
        var (ours, other) = (false, (string?)null);
        foreach (var gate in gates.Items)
        {
            if (gate["name"].Text == SchedulingGates.Gang) ours = true;
            else other ??= gate["name"].Text;
        }

        return (ours, other);
    }

    /// <summary>True for a term of an affinity that has no requirements: it means no node at all.</summary>
    internal static bool IsEmpty(Tree term) => term["matchExpressions"].Items.IsEmpty && term["matchFields"].Items.IsEmpty;

    // The one node every term names that means any. A pod that somebody else pinned looks the same, and is.
    private static string? PinOf(Tree terms)
    {
        string? pin = null;
        foreach (var term in terms.Items)
        {
            if (IsEmpty(term)) continue;
            string? here = null;
            foreach (var field in term["matchFields"].Items)
            {
                if (field["key"].Text == "metadata.name" && field["operator"].Text == "In" && field["values"].Items is [var value]) here = value.Text;
            }

            if (here is null || (pin is not null && pin != here)) return null;
            pin = here;
        }

        return pin;
    }

    // "3/24": member 3 of 24. Anybody may write it, so a number no gang has is none.
    private static int? Part(string placement, int part) =>
        int.TryParse(placement.Split('/').ElementAtOrDefault(part), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= HintReader.MostMembers - 1 + part ? number : null;

    private static string? UnschedulableOf(Tree conditions)
    {
        foreach (var condition in conditions.Items)
        {
            if (condition["type"].Text == "PodScheduled" && condition["status"].Text == "False" && condition["reason"].Text == "Unschedulable")
            {
                return condition["message"].Text;
            }
        }

        return null;
    }
}
