using System.Globalization;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>
/// A place in an object: its tree and the way there, so that a value of the wrong type is told with its path
/// (<c>spec.containers[0].ports</c>). Reading never throws; wrong values become problems and read as missing.
/// </summary>
internal sealed class Field
{
    private readonly Field? _parent;
    private readonly string _key;
    private readonly int _index;

    private Field(Tree tree, ObjectProblems problems, Field? parent, string key, int index)
    {
        Tree = tree;
        Problems = problems;
        _parent = parent;
        _key = key;
        _index = index;
    }

    /// <summary>What is there.</summary>
    public Tree Tree { get; }

    /// <summary>Where wrong values are told.</summary>
    public ObjectProblems Problems { get; }

    /// <summary>Nothing there.</summary>
    public bool IsMissing => Tree.Kind == TreeKind.Null;

    /// <summary>The way from the object's root.</summary>
    public string Path =>
        _parent is null ? "" :
        _index >= 0 ? $"{_parent.Path}[{_index.ToString(CultureInfo.InvariantCulture)}]" :
        _parent._parent is null ? _key : $"{_parent.Path}.{_key}";

    /// <summary>The field of a key of this map.</summary>
    public Field this[string key]
    {
        get
        {
            if (Tree.Kind is TreeKind.Scalar or TreeKind.List)
            {
                Wrong("an object");
            }

            return new(Tree[key], Problems, this, key, -1);
        }
    }

    /// <summary>The root of an object.</summary>
    public static Field Root(Tree tree, ObjectProblems problems) => new(tree, problems, null, "", -1);

    /// <summary>Text of a key; null when missing or no scalar.</summary>
    public string? Text(string key) => this[key].AsText();

    /// <summary>The text here; null when missing or no scalar.</summary>
    public string? AsText()
    {
        if (Tree.Kind is TreeKind.Map or TreeKind.List)
        {
            Wrong("text");
        }

        return Tree.Kind == TreeKind.Scalar ? Tree.Text : null;
    }

    /// <summary>A yes or no; false when missing.</summary>
    public bool Flag(string key)
    {
        var field = this[key];
        switch (field.AsText())
        {
            case null or "false" or "False" or "FALSE" or "no" or "off":
                return false;
            case "true" or "True" or "TRUE" or "yes" or "on":
                return true;
            default:
                field.Wrong("true or false");
                return false;
        }
    }

    /// <summary>A whole number between 0 and, unless a lower bound is given, 2³¹−1; null when missing or wrong.</summary>
    public int? Whole(string key, int most = int.MaxValue)
    {
        var field = this[key];
        if (field.AsText() is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
        {
            return number;
        }

        field.Wrong($"a whole number between 0 and {most.ToString(CultureInfo.InvariantCulture)}");
        return null;
    }

    /// <summary>The items of the list at a key; none when missing.</summary>
    public IEnumerable<Field> Items(string key)
    {
        var field = this[key];
        if (field.Tree.Kind is TreeKind.Scalar or TreeKind.Map)
        {
            field.Wrong("a list");
        }

        for (var i = 0; i < field.Tree.Items.Length; i++)
        {
            yield return new(field.Tree.Items[i], Problems, field, "", i);
        }
    }

    /// <summary>The entries of the map at a key, values as fields; none when missing.</summary>
    public IEnumerable<KeyValuePair<string, Field>> Entries(string key)
    {
        var field = this[key];
        if (field.Tree.Kind is TreeKind.Scalar or TreeKind.List)
        {
            field.Wrong("an object");
        }

        for (var i = 0; i < field.Tree.Entries.Length; i++)
        {
            var entry = field.Tree.Entries[i];
            yield return KeyValuePair.Create(entry.Key, new Field(entry.Value, Problems, field, entry.Key, -1));
        }
    }

    /// <summary>Texts of the list at a key; items that are no text are told and left out.</summary>
    public IEnumerable<string> Texts(string key)
    {
        foreach (var item in Items(key))
        {
            if (item.AsText() is { } text)
            {
                yield return text;
            }
        }
    }

    /// <summary>Tells that what is here is not what was expected.</summary>
    public void Wrong(string expected)
    {
        if (Problems.HasToldAllErrors)
        {
            return;
        }

        var path = Path.Length == 0 ? "the object" : Path;
        var place = Line > 0 ? $" (line {Line.ToString(CultureInfo.InvariantCulture)})" : "";
        Problems.Error($"{path}: {Show(Tree)}, expected {expected}{place}.");
    }

    /// <summary>The value as shown in messages: quoted and cut.</summary>
    public static string Quote(string text) => text.Length <= 80 ? $"\"{text}\"" : $"\"{text[..77]}...\"";

    /// <summary>What stands there, as shown in messages.</summary>
    public static string Show(Tree tree) => tree.Kind switch
    {
        TreeKind.Map => "an object",
        TreeKind.List when tree.Items is [{ Kind: TreeKind.Scalar } only] => $"a list of {Quote(only.Text)}",
        TreeKind.List => "a list",
        TreeKind.Null => "nothing",
        _ => Quote(tree.Text),
    };

    // What is missing has no line; the nearest thing around it has. Objects of the API server have none at all.
    private int Line => Tree.Line > 0 || _parent is null ? Tree.Line : _parent.Line;
}
