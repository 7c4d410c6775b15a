using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>The fields of one object of a question, or of a query string. What cannot be meant is gathered, and told all at once.</summary>
internal sealed class QuestionFields
{
    private const int Shown = 80;
    private const double LeastRatio = 1;
    private const double MostRatio = 1000;

    private readonly Dictionary<string, Tree> _values = new(StringComparer.Ordinal);
    private readonly List<QuestionProblem> _problems;
    private readonly string _path;

    private QuestionFields(string path, List<QuestionProblem> problems) => (_path, _problems) = (path, problems);

    /// <summary>The fields of a query string.</summary>
    /// <param name="query">The query.</param>
    /// <param name="known">What may be given.</param>
    public static QuestionFields Of(IQueryCollection query, params string[] known)
    {
        var fields = new QuestionFields("", []);
        foreach (var (key, values) in query)
        {
            if (!known.Contains(key)) fields.Tell(key, values.ToString(), known.Length == 0 ? "no parameter" : $"one of {string.Join(", ", known)}");
            else if (values is not [{ } only]) fields.Tell(key, values.ToString(), "one value");
            else fields._values[key] = Tree.Scalar(only, 1);
        }

        return fields;
    }

    /// <summary>The fields of an object.</summary>
    /// <param name="tree">The object.</param>
    /// <param name="known">What may be given.</param>
    public static QuestionFields Of(Tree tree, params string[] known) => Of(tree, "", [], known);

    /// <summary>The fields of an object within this one; none where it is absent.</summary>
    public QuestionFields Within(string key, params string[] known)
    {
        if (!_values.TryGetValue(key, out var value)) return new($"{_path}{key}.", _problems);
        if (value.Kind == TreeKind.Map) return Of(value, $"{_path}{key}.", _problems, known);
        Wrong(key, $"an object with {string.Join(", ", known)}");
        return new($"{_path}{key}.", _problems);
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="QuestionException">Something cannot be meant.</exception>
    public void Finish()
    {
        if (_problems.Count > 0) throw new QuestionException(_problems);
    }

    /// <summary>True when the field was given.</summary>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>A text; null when it was not given.</summary>
    public string? Text(string key)
    {
        if (!_values.TryGetValue(key, out var value)) return null;
        if (value.Kind == TreeKind.Scalar) return value.Text;
        Wrong(key, "a text");
        return null;
    }

    /// <summary>True or false; null when it was not given.</summary>
    public bool? Flag(string key)
    {
        if (!_values.TryGetValue(key, out var value)) return null;
        if (value is { Kind: TreeKind.Scalar, Text: "true" or "false" }) return value.Text == "true";
        Wrong(key, "true or false");
        return null;
    }

    /// <summary>A whole number; null when it was not given.</summary>
    public int? Whole(string key, int least, int most)
    {
        if (!_values.TryGetValue(key, out var value)) return null;
        if (value.Kind == TreeKind.Scalar && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Wrong(key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
        return null;
    }

    /// <summary>A moment; null when it was not given.</summary>
    public DateTimeOffset? Moment(string key)
    {
        if (!_values.TryGetValue(key, out var value)) return null;
        if (value.Kind == TreeKind.Scalar && MomentText.Read(value.Text) is { } moment) return moment;
        Wrong(key, MomentText.Expected);
        return null;
    }

    /// <summary>A list; empty when it was not given.</summary>
    public ImmutableArray<Tree> List(string key)
    {
        if (!_values.TryGetValue(key, out var value)) return [];
        if (value.Kind == TreeKind.List) return [.. value.Items];
        Wrong(key, "a list");
        return [];
    }

    /// <summary>A list of texts; empty when it was not given.</summary>
    public ImmutableArray<string> Texts(string key)
    {
        var items = List(key);
        if (items.Any(i => i.Kind != TreeKind.Scalar)) Wrong(key, "a list of texts");
        return [.. items.Select(i => i.Text)];
    }

    /// <summary>Ratios by index of switch tier; null when they were not given.</summary>
    public ImmutableSortedDictionary<int, double>? Ratios(string key)
    {
        if (!_values.TryGetValue(key, out var value)) return null;
        var ratios = ImmutableSortedDictionary.CreateBuilder<int, double>();
        if (value.Kind != TreeKind.Map) Wrong(key, "an object of switch tiers and ratios, such as {\"spine\": 2}");
        foreach (var (name, ratio) in value.Entries)
        {
            var isTier = Tier.TryParse(name, out var tier) && tier.IsFabric;
            if (!isTier) Tell($"{_path}{key}.{name}", name, "a switch tier: leaf, spine, core or tier-N");
            if (!double.TryParse(ratio.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number is < LeastRatio or > MostRatio) Tell($"{_path}{key}.{name}", ratio.Text, "a ratio from 1 to 1000");
            else if (isTier && !ratios.TryAdd(tier.FabricIndex, number)) Tell($"{_path}{key}.{name}", name, "each tier once");
        }

        return ratios.ToImmutable();
    }

    /// <summary>Says what is wrong with a field that was given.</summary>
    public void Wrong(string key, string expected) => Tell(_path + key, _values.TryGetValue(key, out var value) ? Text(value) : "", expected);

    private static QuestionFields Of(Tree tree, string path, List<QuestionProblem> problems, string[] known)
    {
        var fields = new QuestionFields(path, problems);
        if (tree.Kind != TreeKind.Map) fields.Tell(path.TrimEnd('.'), Text(tree), $"an object with {string.Join(", ", known)}");
        foreach (var (key, value) in tree.Entries)
        {
            if (!known.Contains(key)) fields.Tell(path + key, Text(value), $"one of {string.Join(", ", known.Select(k => path + k))}");
            else if (value.Kind != TreeKind.Null) fields._values[key] = value;
        }

        return fields;
    }

    private static string Text(Tree tree) => tree.Kind switch { TreeKind.Scalar => tree.Text, TreeKind.Map => "an object", TreeKind.List => "a list", _ => "null" };

    private void Tell(string field, string value, string expected) => _problems.Add(new(field, value.Length <= Shown ? value : value[..Shown] + "...", expected));
}
