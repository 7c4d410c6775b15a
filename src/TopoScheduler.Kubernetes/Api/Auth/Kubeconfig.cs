using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>
/// One or more kubeconfig files, merged as kubectl merges them: of clusters, users, contexts and <c>current-context</c> the first of each name
/// wins. Only what the chosen context uses is checked. Messages name file, key and line, never a secret.
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigEntry> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigEntry> _contexts = new(StringComparer.Ordinal);
    private readonly List<string> _read = [];
    private string? _current;

    private string Names => string.Join(", ", _read);

    /// <summary>Reads the files and makes the connection of the context.</summary>
    public static ApiConnection Load(string[] files, bool mustExist, ConnectionQuestion question)
    {
        var config = new Kubeconfig();
        foreach (var file in files.Where(file => mustExist || File.Exists(file)))
        {
            config.Add(file);
        }

        return config._read.Count > 0
            ? config.Connect(question)
            : throw new InputException($"KUBECONFIG: none of {string.Join(", ", files)} exists, expected at least one kubeconfig.");
    }

    private void Add(string file)
    {
        var text = FileText.Read(file);
        _read.Add(file);
        var problems = new ObjectProblems(file);
        var root = Field.Root(Parse(file, text), problems);
        if (root.Tree.Kind is not (TreeKind.Map or TreeKind.Null))
        {
            throw new InputException($"{file}: is no kubeconfig, expected an object with clusters, users and contexts.");
        }

        if (root["kind"].Tree is { Kind: TreeKind.Scalar, Text: not "Config" and not "" } kind)
        {
            throw new InputException($"{file}: kind: {Field.Quote(kind.Text)}, expected Config.");
        }

        var current = root.Text("current-context");
        _current = string.IsNullOrEmpty(_current) ? current : _current;
        Add(_clusters, file, root, "clusters", "cluster");
        Add(_users, file, root, "users", "user");
        Add(_contexts, file, root, "contexts", "context");
        KubeconfigEntry.Check(file, problems);
    }

    // The reader's messages may quote what stands in the file.
    private static Tree Parse(string file, string text)
    {
        try
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            return new YamlObjects(stream, file, InputLimits.Default).Read().FirstOrDefault() ?? Tree.Missing;
        }
        catch (InputException e)
        {
            var quote = e.Message.IndexOfAny(['"', '\''], Math.Min(file.Length, e.Message.Length));
            throw new InputException(quote < 0 ? e.Message : $"{e.Message[..quote]}... is not what a kubeconfig holds, expected YAML or JSON with clusters, users and contexts.");
        }
    }

    private static void Add(Dictionary<string, KubeconfigEntry> entries, string file, Field root, string list, string key)
    {
        foreach (var item in root.Items(list))
        {
            if (item.Text("name") is { Length: > 0 } name)
            {
                entries.TryAdd(name, new(file, $"{list}[{name}].{key}", item[key].Tree));
            }
            else
            {
                item["name"].Wrong("the name of the entry");
            }
        }
    }

    private ApiConnection Connect(ConnectionQuestion question)
    {
        var name = question.Context ?? _current;
        if (string.IsNullOrEmpty(name))
        {
            throw new InputException($"{Names}: current-context: nothing, expected the name of a context ({Known(_contexts)}).");
        }

        if (!_contexts.TryGetValue(name, out var context))
        {
            throw new InputException($"{Names}: contexts: none is named {Field.Quote(name)}, expected one of {Known(_contexts)}.");
        }

        var (clusterName, userName, ns) = (context.Text("cluster"), context.Text("user"), context.Text("namespace"));
        if (clusterName is null || !_clusters.TryGetValue(clusterName, out var cluster))
        {
            throw context.Wrong("cluster", clusterName, $"the name of a cluster ({Known(_clusters)})");
        }

        KubeconfigEntry? user = null;
        if (!string.IsNullOrEmpty(userName) && !_users.TryGetValue(userName, out user))
        {
            throw context.Wrong("user", userName, $"the name of a user ({Known(_users)})");
        }

        var connection = ClusterEntry.Read(cluster, question) with
        {
            Source = $"context {name} of {Names}",
            Namespace = string.IsNullOrEmpty(ns) ? "default" : ns,
            User = user is null ? new() : UserEntry.Read(user),
        };
        return connection;
    }

    private static string Known(Dictionary<string, KubeconfigEntry> entries) =>
        entries.Count == 0 ? "there is none" : string.Join(", ", entries.Keys.Order(StringComparer.Ordinal).Take(10).Select(Field.Quote));
}
