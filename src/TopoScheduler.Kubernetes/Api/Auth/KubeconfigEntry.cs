using System.Buffers.Text;
using System.Text;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>One cluster, user or context of a kubeconfig, with the file it stands in: paths are relative to that.</summary>
/// <param name="File">The file.</param>
/// <param name="Place">What messages call the entry: <c>users[admin].user</c>.</param>
/// <param name="Tree">What it says.</param>
internal sealed record KubeconfigEntry(string File, string Place, Tree Tree)
{
    /// <summary>Text of a key that is no secret; null when missing.</summary>
    public string? Text(string key)
    {
        var problems = new ObjectProblems(File);
        var text = Field.Root(Tree, problems).Text(key);
        Check($"{File}: {Place}", problems);
        return text;
    }

    /// <summary>Text of a key that may be a secret: a wrong value is not repeated.</summary>
    public string? Secret(string key)
    {
        var value = Tree[key];
        return value.Kind switch
        {
            TreeKind.Null => null,
            TreeKind.Scalar => value.Text,
            _ => throw new InputException($"{File}:{value.Line}: {Place}.{key}: is no text, expected a text."),
        };
    }

    /// <summary>A yes or no.</summary>
    public bool Flag(string key)
    {
        var problems = new ObjectProblems(File);
        var flag = Field.Root(Tree, problems).Flag(key);
        Check($"{File}: {Place}", problems);
        return flag;
    }

    /// <summary>PEM in the entry (<c>key-data</c>, which wins) or in a file (<c>key</c>).</summary>
    public PemSource? Pem(string key)
    {
        if (Secret(key + "-data") is { Length: > 0 } data)
        {
            return PemSource.OfText($"{Place}.{key}-data of {File}", Decode(key + "-data", data));
        }

        return Text(key) is { Length: > 0 } path ? PemSource.OfFile(PathOf(path)) : null;
    }

    /// <summary>A path as it stands in this file.</summary>
    public string PathOf(string path) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(File))!, path));

    /// <summary>The error of a value.</summary>
    public InputException Wrong(string key, string? value, string expected) =>
        new($"{File}: {Place}.{key}: {(value is null ? "nothing" : Field.Quote(value))}, expected {expected}.");

    /// <summary>Throws the first error there is.</summary>
    public static void Check(string place, ObjectProblems problems)
    {
        if (problems.All.Count > 0)
        {
            throw new InputException($"{place}: {problems.All[0].Message}");
        }
    }

    private string Decode(string key, string data)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(Encoding.UTF8.GetByteCount(data)) + 2];
        return Convert.TryFromBase64String(data, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new InputException($"{File}: {Place}.{key}: is no base64, expected PEM in base64.");
    }
}
