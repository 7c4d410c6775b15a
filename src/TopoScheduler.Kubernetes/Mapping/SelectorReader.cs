using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Label selectors and node selector terms.</summary>
internal static class SelectorReader
{
    // A requirement nothing meets: what an empty list of alternatives, or an unreadable requirement, comes to.
    private static readonly SelectorRequirement Never = new("metadata.name", SelectorOperator.In, []);

    /// <summary>A label selector; null when it is missing (it then matches nothing).</summary>
    public static LabelSelector? Labels(Field selector)
    {
        if (selector.IsMissing)
        {
            return null;
        }

        var requirements = ImmutableArray.CreateBuilder<SelectorRequirement>();
        foreach (var (key, value) in LabelReader.Read(selector, "matchLabels").OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            requirements.Add(new(key, SelectorOperator.In, [value]));
        }

        foreach (var expression in selector.Items("matchExpressions"))
        {
            requirements.Add(Requirement(expression, forNodes: false));
        }

        return new(requirements.ToImmutable());
    }

    /// <summary>
    /// Alternatives of a node selector. A term without requirements matches no node, as Kubernetes has it; if none is left, nothing matches.
    /// </summary>
    public static ImmutableArray<NodeSelectorTerm> NodeTerms(Field nodeSelector)
    {
        var terms = ImmutableArray.CreateBuilder<NodeSelectorTerm>();
        foreach (var term in nodeSelector.Items("nodeSelectorTerms"))
        {
            var labels = term.Items("matchExpressions").Select(e => Requirement(e, forNodes: true)).ToImmutableArray();
            var fields = term.Items("matchFields").Select(FieldRequirement).ToImmutableArray();
            if (labels.Length + fields.Length > 0)
            {
                terms.Add(new(labels, fields));
            }
        }

        if (terms.Count == 0)
        {
            nodeSelector.Problems.Warning($"{nodeSelector.Path}: has no term with a requirement, which matches no node; expected at least one.");
            terms.Add(new([], [Never]));
        }

        return terms.ToImmutable();
    }

    /// <summary>True when the labels meet a selector.</summary>
    public static bool Matches(LabelSelector selector, ImmutableDictionary<string, string> labels)
    {
        foreach (var requirement in selector.Requirements)
        {
            var value = labels.GetValueOrDefault(requirement.Key);
            var met = requirement.Operator switch
            {
                SelectorOperator.In => value is not null && requirement.Values.Contains(value),
                SelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
                SelectorOperator.Exists => value is not null,
                SelectorOperator.DoesNotExist => value is null,
                _ => false,
            };
            if (!met)
            {
                return false;
            }
        }

        return true;
    }

    private static SelectorRequirement FieldRequirement(Field expression)
    {
        if (expression.Text("key") is { } key && key != "metadata.name")
        {
            expression["key"].Wrong("metadata.name, the only field of a node that can be matched");
            return Never;
        }

        return Requirement(expression, forNodes: false);
    }

    private static SelectorRequirement Requirement(Field expression, bool forNodes)
    {
        var key = expression.Text("key");
        if (string.IsNullOrEmpty(key))
        {
            expression["key"].Wrong("a label key");
            return Never;
        }

        SelectorOperator? op = expression.Text("operator") switch
        {
            "In" => SelectorOperator.In,
            "NotIn" => SelectorOperator.NotIn,
            "Exists" => SelectorOperator.Exists,
            "DoesNotExist" => SelectorOperator.DoesNotExist,
            "Gt" when forNodes => SelectorOperator.Gt,
            "Lt" when forNodes => SelectorOperator.Lt,
            _ => null,
        };
        if (op is null)
        {
            expression["operator"].Wrong(forNodes ? "In, NotIn, Exists, DoesNotExist, Gt or Lt" : "In, NotIn, Exists or DoesNotExist");
            return Never;
        }

        var values = expression.Texts("values").ToImmutableArray();
        return IsWrong(op.Value, values, expression) || (forNodes && NoLabelHas(values, expression)) ? Never : new(key, op.Value, values);
    }

    private static bool IsWrong(SelectorOperator op, ImmutableArray<string> values, Field expression)
    {
        var expected = op switch
        {
            SelectorOperator.In or SelectorOperator.NotIn when values.IsEmpty => "at least one value",
            SelectorOperator.Gt or SelectorOperator.Lt when values.Length != 1 || !IsInteger(values[0]) => "one whole number",
            SelectorOperator.Exists or SelectorOperator.DoesNotExist when !values.IsEmpty => "no values",
            _ => null,
        };
        if (expected is not null)
        {
            expression["values"].Wrong($"{expected} for operator {op}");
        }

        return expected is not null;
    }

    // kube-scheduler cannot read such a requirement and drops its term, whatever the operator; older API servers let it through.
    private static bool NoLabelHas(ImmutableArray<string> values, Field expression)
    {
        var impossible = values.FirstOrDefault(v => !LabelValue.IsOne(v));
        if (impossible is not null)
        {
            expression.Problems.Warning(
                $"{expression["values"].Path}: {Field.Quote(impossible)} is no label value, and kube-scheduler takes the requirement to hold for no node; expected {LabelValue.Expected}.");
        }

        return impossible is not null;
    }

    private static bool IsInteger(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
