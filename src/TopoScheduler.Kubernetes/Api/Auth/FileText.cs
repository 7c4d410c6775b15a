using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>Small files that belong to a connection: tokens, certificates, keys.</summary>
internal static class FileText
{
    private const long MostBytes = 4 << 20;

    /// <summary>The whole file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static string Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MostBytes ? File.ReadAllText(path) : throw new InputException($"{path}: has {length} bytes, expected at most {MostBytes}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file, expected one that can be read.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
