using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Pods that ask for the same share one template object, so that whoever keeps figures per kind of pod can tell kinds apart by reference. The kinds seen
/// last are kept.
/// </summary>
internal sealed class PodClasses
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<PodTemplate> _recent = new();

    /// <summary>The template that stands for all like this one.</summary>
    public PodTemplate Shared(PodTemplate template)
    {
        lock (_lock)
        {
            for (var at = _recent.First; at is not null; at = at.Next)
            {
                if (!TemplateEquality.Same(at.Value, template)) continue;
                _recent.Remove(at);
                _recent.AddFirst(at);
                return at.Value;
            }

            _recent.AddFirst(template);
            if (_recent.Count > Most) _recent.RemoveLast();
            return template;
        }
    }
}
