using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Findings in the making: those that say the same of several objects become one.</summary>
internal sealed class FindingList
{
    private readonly Dictionary<(Severity, string, string, string), List<string>> _objects = [];
    private readonly HashSet<(List<string> Objects, string Object)> _seen = [];
    private readonly List<(Severity Severity, string Rule, string Message, string Fix)> _order = [];

    /// <summary>Adds a finding. A fix may hold <see cref="Commands.Nodes"/> for the nodes it will be about.</summary>
    public void Add(Severity severity, string rule, string obj, string message, string fix)
    {
        var key = (severity, rule, message, fix);
        if (!_objects.TryGetValue(key, out var objects))
        {
            _objects[key] = objects = [];
            _order.Add(key);
        }

        if (_seen.Add((objects, obj))) objects.Add(obj);
    }

    /// <summary>The findings, worst first; of equals in the order they were found.</summary>
    public IEnumerable<Finding> Finish() => _order
        .Select(f => new Finding(f.Severity, f.Rule, [.. _objects[f]], f.Message, Commands.Fill(f.Fix, _objects[f])))
        .OrderBy(f => f.Severity);
}
