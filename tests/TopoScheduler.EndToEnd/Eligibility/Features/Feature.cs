namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>One thing that decides whether a pod may go to a node: what it puts on nodes, into a scene and into the pod that is judged.</summary>
internal abstract class Feature
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the pod must not be pinned by its node affinity, which would decide what is counted.</summary>
    public virtual bool PinsByResourceOnly => false;

    /// <summary>Whether the server judges it as we do in one scene with another.</summary>
    public virtual bool GoesWith(Feature other, ServerTraits traits) => true;

    /// <summary>Changes a node.</summary>
    public virtual void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
    }

    /// <summary>Adds pods and volumes, when all nodes are there.</summary>
    public virtual void OnScene(Scene scene, Dice dice)
    {
    }

    /// <summary>Makes a pod care.</summary>
    public virtual void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
    }
}
