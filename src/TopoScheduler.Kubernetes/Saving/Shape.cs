using System.Globalization;
using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// What is kept of a value, and how it is written. Everything that a shape does not name is dropped, so a field nobody thought of is not saved. A value of
/// another form than expected is kept as its form alone (a scalar with its text): whoever reads it tells the same of it.
/// </summary>
internal abstract record Shape
{
    /// <summary>Text.</summary>
    public static Shape Text { get; } = new Leaf(NameKind.None, MayBeBare: false);

    /// <summary>A number, or true or false.</summary>
    public static Shape Plain { get; } = new Leaf(NameKind.None, MayBeBare: true);

    /// <summary>All there is: for objects of ours, which hold nothing else.</summary>
    public static Shape Whole { get; } = new All();

    /// <summary>Labels: a map of texts, the kind of each name told by its key.</summary>
    public static Shape Texts { get; } = new Names(null);

    /// <summary>A map of quantities.</summary>
    public static Shape Quantities { get; } = new Entries(Text, NameKind.None);

    /// <summary>Where somebody only looks whether it is there: its form alone, and of a list how long it is.</summary>
    public static Shape Present { get; } = new Presence();

    /// <summary>A level of the topology: the name of a tier or the key of a label, else an alias.</summary>
    public static Shape Level { get; } = new LevelName();

    /// <summary>The name of something.</summary>
    public static Shape Name(NameKind kind) => new Leaf(kind, MayBeBare: false);

    /// <summary>A map from roles to what each is.</summary>
    public static Shape Roles(Shape role) => new Entries(role, NameKind.Role);

    /// <summary>A list.</summary>
    /// <param name="item">Its items.</param>
    /// <param name="keeps">Which of them are kept; null: all.</param>
    public static Shape List(Shape item, Func<Tree, bool>? keeps = null) => new Items(item, keeps);

    /// <summary>A map of these fields.</summary>
    public static Shape Map(params (string Key, Shape Shape)[] fields) => new Fields(fields, KeepsKeys: false);

    /// <summary>A map of these fields; of another one its key is kept, because somebody tells that it is not known.</summary>
    public static Shape StrictMap(params (string Key, Shape Shape)[] fields) => new Fields(fields, KeepsKeys: true);

    /// <summary>What is kept, with names as they are to be called.</summary>
    public abstract Tree Keep(Tree tree, Func<NameKind, string, string> rename);

    /// <summary>Writes what was kept.</summary>
    public abstract void Write(Utf8JsonWriter json, Tree tree);

    private static void WriteMap(Utf8JsonWriter json, Tree tree, Func<string, Shape> shapeOf)
    {
        if (tree.Kind != TreeKind.Map)
        {
            WriteAny(json, tree, isBare: false);
            return;
        }

        json.WriteStartObject();
        foreach (var (key, value) in tree.Entries)
        {
            json.WritePropertyName(key);
            shapeOf(key).Write(json, value);
        }

        json.WriteEndObject();
    }

    private protected static Tree Form(Tree tree) => tree.Kind switch
    {
        TreeKind.Map => Tree.Map([], tree.Line),
        TreeKind.List => Tree.List([], tree.Line),
        _ => tree,
    };

    private protected static Tree Renamed(Tree tree, NameKind kind, Func<NameKind, string, string> rename) =>
        kind == NameKind.None || tree is not { Kind: TreeKind.Scalar, Text.Length: > 0 } ? Form(tree) : Tree.Scalar(rename(kind, tree.Text), tree.Line);

    /// <summary>Writes a tree of any form; a scalar that is no name may look like a number, and then is one.</summary>
    private protected static void WriteAny(Utf8JsonWriter json, Tree tree, bool isBare)
    {
        switch (tree.Kind)
        {
            case TreeKind.Map:
                json.WriteStartObject();
                foreach (var (key, value) in tree.Entries)
                {
                    json.WritePropertyName(key);
                    WriteAny(json, value, isBare);
                }

                json.WriteEndObject();
                break;
            case TreeKind.List:
                json.WriteStartArray();
                foreach (var item in tree.Items) WriteAny(json, item, isBare);
                json.WriteEndArray();
                break;
            case TreeKind.Null:
                json.WriteNullValue();
                break;
            default:
                if (isBare && IsBare(tree.Text)) json.WriteRawValue(tree.Text);
                else json.WriteStringValue(tree.Text);
                break;
        }
    }

    // Only what JSON and YAML spell alike: 007 and 1e3 stay texts.
    private static bool IsBare(string text) =>
        text is "true" or "false"
        || (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == text);

    private sealed record Leaf(NameKind Kind, bool MayBeBare) : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename) => Renamed(tree, Kind, rename);

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, MayBeBare);
    }

    private sealed record All : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename) => tree;

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: true);
    }

    /// <summary>A map of texts whose kinds their keys tell.</summary>
    /// <param name="Keeps">Which keys are kept; null: all.</param>
    internal sealed record Names(Func<string, bool>? Keeps) : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
        {
            if (tree.Kind != TreeKind.Map) return Form(tree);
            var kept = new List<KeyValuePair<string, Tree>>();
            foreach (var (key, value) in tree.Entries)
            {
                if (Keeps?.Invoke(key) == false) continue;
                kept.Add(KeyValuePair.Create(key, Renamed(value, LabelNames.KindOf(key, value.Text), rename)));
            }

            return Tree.Map(kept, tree.Line);
        }

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);
    }

    private sealed record LevelName : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename) => Renamed(tree, LabelNames.OfLevel(tree.Text), rename);

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);
    }

    private sealed record Presence : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename) => tree.Kind switch
        {
            TreeKind.List => Tree.List([.. tree.Items.ToArray().Select(item => Keep(item, rename))], tree.Line),
            TreeKind.Scalar => Tree.Scalar("", tree.Line),
            _ => Form(tree),
        };

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);
    }

    private sealed record Entries(Shape Value, NameKind Key) : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
        {
            if (tree.Kind != TreeKind.Map) return Form(tree);
            var kept = new List<KeyValuePair<string, Tree>>();
            foreach (var (key, value) in tree.Entries) kept.Add(KeyValuePair.Create(Key == NameKind.None ? key : rename(Key, key), Value.Keep(value, rename)));
            return Tree.Map(kept, tree.Line);
        }

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteMap(json, tree, _ => Value);
    }

    private sealed record Items(Shape Item, Func<Tree, bool>? Keeps) : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
        {
            if (tree.Kind != TreeKind.List) return Form(tree);
            var kept = new List<Tree>();
            foreach (var item in tree.Items)
            {
                if (Keeps?.Invoke(item) != false) kept.Add(Item.Keep(item, rename));
            }

            return Tree.List(kept, tree.Line);
        }

        public override void Write(Utf8JsonWriter json, Tree tree)
        {
            if (tree.Kind != TreeKind.List)
            {
                WriteAny(json, tree, isBare: false);
                return;
            }

            json.WriteStartArray();
            foreach (var item in tree.Items) Item.Write(json, item);
            json.WriteEndArray();
        }
    }

    private sealed record Fields((string Key, Shape Shape)[] Known, bool KeepsKeys) : Shape
    {
        public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
        {
            if (tree.Kind != TreeKind.Map) return Form(tree);
            var kept = new List<KeyValuePair<string, Tree>>();
            foreach (var (key, value) in tree.Entries)
            {
                if (ShapeOf(key) is { } shape) kept.Add(KeyValuePair.Create(key, shape.Keep(value, rename)));
                else if (KeepsKeys) kept.Add(KeyValuePair.Create(key, Tree.Null(value.Line)));
            }

            return Tree.Map(kept, tree.Line);
        }

        public override void Write(Utf8JsonWriter json, Tree tree) => WriteMap(json, tree, key => ShapeOf(key) ?? Whole);

        private Shape? ShapeOf(string key)
        {
            foreach (var (known, shape) in Known)
            {
                if (known == key) return shape;
            }

            return null;
        }
    }
}
