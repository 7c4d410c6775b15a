using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>Files of PEM as text.</summary>
internal static class FileContent
{
    private const int MostBytes = 1 << 20;

    /// <summary>The text of a file.</summary>
    /// <exception cref="InputException">It cannot be read, or is no such file.</exception>
    public static string Text(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MostBytes ? File.ReadAllText(file) : throw new InputException($"{file}: is larger than {MostBytes} bytes, expected PEM.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }
}
