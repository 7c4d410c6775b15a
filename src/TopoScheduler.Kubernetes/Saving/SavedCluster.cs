using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>How a saved cluster is written.</summary>
public enum SavedForm
{
    /// <summary>YAML, a document an object.</summary>
    Yaml,

    /// <summary>JSON, one List.</summary>
    Json,
}

/// <summary>
/// The objects of a cluster as far as the planner reads them, to be written as a cluster file that is answered as the cluster is. What it does not read is not in
/// it. The bytes depend on the objects and their order alone.
/// </summary>
public sealed class SavedCluster
{
    private readonly List<(Shape Shape, Tree Tree)> _objects = [];

    private SavedCluster()
    {
    }

    /// <summary>Objects that are kept, by kind, in the order of the kinds' names.</summary>
    public IReadOnlyList<(string Kind, int Count)> Counts =>
        [.. _objects.GroupBy(o => o.Tree["kind"].Text, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count()))];

    /// <summary>What stands for what where names were numbered, in order; else none.</summary>
    public IReadOnlyList<(string Number, string Name)> Names { get; private set; } = [];

    /// <summary>Of a file, a folder or standard input.</summary>
    /// <param name="path">As for <see cref="ClusterReader.Read(string, Stream?)"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <param name="numbersNames">Names are replaced by numbers of the same order.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static SavedCluster OfFile(string path, Stream? standardInput, bool numbersNames) =>
        Of(ObjectSource.Read(path, standardInput, InputLimits.Default).Select(found => found.Tree), numbersNames);

    /// <summary>Of objects.</summary>
    /// <param name="objects">As they are; what is no object is passed over.</param>
    /// <param name="numbersNames">Names are replaced by numbers of the same order.</param>
    public static SavedCluster Of(IEnumerable<Tree> objects, bool numbersNames)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var saved = new SavedCluster();
        var names = new NameNumbers();
        foreach (var tree in objects) saved.Add(tree, numbersNames ? names.Rename : static (_, name) => name, numbersNames);
        if (!numbersNames) return saved;
        names.Number();
        for (var i = 0; i < saved._objects.Count; i++) saved._objects[i] = (saved._objects[i].Shape, saved._objects[i].Shape.Keep(saved._objects[i].Tree, names.Rename));
        saved.Names = [.. names.All];
        return saved;
    }

    /// <summary>Writes it; lines end with \n.</summary>
    public void Write(Stream stream, SavedForm form)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var first = true;
        if (form == SavedForm.Json) text.Write("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[");
        foreach (var (shape, tree) in _objects)
        {
            var json = Json(shape, tree);
            if (form == SavedForm.Json)
            {
                text.Write(first ? "\n" : ",\n");
                text.Write(json);
            }
            else
            {
                if (!first) text.Write("---\n");
                using var document = JsonDocument.Parse(json);
                YamlText.Write(text, document.RootElement);
            }

            first = false;
        }

        if (form == SavedForm.Json) text.Write("\n]}\n");
    }

    private void Add(Tree tree, Func<NameKind, string, string> rename, bool numbersNames)
    {
        if (tree.Kind == TreeKind.Map && PlannerShapes.Of(ObjectName.Of(tree), numbersNames) is { } shape) _objects.Add((shape, shape.Keep(tree, rename)));
    }

    private static string Json(Shape shape, Tree tree)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            shape.Write(json, tree);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
