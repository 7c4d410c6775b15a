using System.Runtime.InteropServices;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>One JSON object in memory: the body of a request.</summary>
public static class JsonBody
{
    /// <summary>The first object of a text; nothing where there is none.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">It is malformed or nested too deep.</exception>
    public static Tree Read(ReadOnlyMemory<byte> json, string source)
    {
        var bytes = MemoryMarshal.TryGetArray(json, out var array) ? array : json.ToArray();
        var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return new JsonObjects(stream, source, InputLimits.Default).Read().FirstOrDefault(Tree.Null(1));
    }
}
