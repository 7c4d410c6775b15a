using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Objects of a request, YAML or JSON, within limits that are far narrower than those of files: whoever asks may be anybody.</summary>
public static class RequestText
{
    /// <summary>Values in one object of a request, aliases written out.</summary>
    public const int MostValues = 500_000;

    /// <summary>Reads all of them.</summary>
    /// <param name="text">The text; gzip is undone.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="mostBytes">Bytes in all, gzip undone.</param>
    /// <exception cref="InputException">It cannot be read at all, or is beyond the limits.</exception>
    public static ImmutableArray<Tree> Read(ReadOnlyMemory<byte> text, string source, int mostBytes)
    {
        var bytes = MemoryMarshal.TryGetArray(text, out var array) ? array : text.ToArray();
        var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        var limits = new InputLimits { Bytes = mostBytes, TextBytes = mostBytes, ValuesPerObject = MostValues };
        return [.. InputText.Objects(stream, source, limits)];
    }

    /// <summary>Reads all of them from a text within another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="mostBytes">Bytes in all.</param>
    /// <exception cref="InputException">It cannot be read at all, or is beyond the limits.</exception>
    public static ImmutableArray<Tree> Read(string text, string source, int mostBytes) => Read(Encoding.UTF8.GetBytes(text), source, mostBytes);
}
