using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>One object as it was found.</summary>
/// <param name="Tree">What it says.</param>
/// <param name="Source">The file it stands in, for messages.</param>
internal readonly record struct FoundObject(Tree Tree, string Source)
{
    /// <summary><c>file:line</c>.</summary>
    public string Place => $"{Source}:{Tree.Line}";
}

/// <summary>From a path to objects: a file, a folder of <c>*.yaml *.yml *.json</c> (and <c>.gz</c> of them, in ordinal order), or standard input.</summary>
internal static class ObjectSource
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json", ".yaml.gz", ".yml.gz", ".json.gz"];

    /// <summary>A path as messages name it.</summary>
    public static string NameOf(string path) => path == "-" ? "standard input" : path;

    /// <summary>All objects under a path, in order.</summary>
    public static IEnumerable<FoundObject> Read(string path, Stream? standardInput, InputLimits limits)
    {
        if (path == "-")
        {
            var input = standardInput ?? throw new InputException("-: there is no standard input, expected a file or a folder.");
            return Objects(input, NameOf(path), limits);
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InputException($"\"{path}\" is no path, expected a YAML or JSON file, a folder of them, or - for standard input.");
        }

        if (Directory.Exists(path))
        {
            return Folder(path, limits);
        }

        return File.Exists(path)
            ? Objects(Open(path), path, limits)
            : throw new InputException($"{path}: no such file or folder, expected a YAML or JSON file, a folder of them, or - for standard input.");
    }

    /// <summary>All objects of a text.</summary>
    public static IEnumerable<FoundObject> Objects(Stream stream, string source, InputLimits limits)
    {
        foreach (var tree in InputText.Objects(stream, source, limits))
        {
            yield return new(tree, source);
        }
    }

    private static IEnumerable<FoundObject> Folder(string path, InputLimits limits)
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(path).Where(f => Endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase))).Take(limits.Files + 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the folder cannot be read: {e.Message}", e);
        }

        if (files.Length == 0)
        {
            throw new InputException($"{path}: the folder holds no file ending in {string.Join(", ", Endings)}, expected at least one.");
        }

        if (files.Length > limits.Files)
        {
            throw new InputException($"{path}: the folder holds more than {limits.Files} files, expected at most that.");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return files.SelectMany(file => Objects(Open(file), file, limits));
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
