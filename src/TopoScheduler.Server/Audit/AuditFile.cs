using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Audit;

/// <summary>
/// Where lines go: standard output, or a file that is appended to. A file that is full is renamed, with <c>.1</c> at its end, in place of the one before; so it
/// takes twice its size and no more. Readable by its owner alone. Not for threads.
/// </summary>
internal sealed class AuditFile : IDisposable
{
    private const string StandardOutput = "-";

    private readonly string _path;
    private readonly long _mostBytes;
    private Stream? _stream;

    /// <summary>Opens it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public AuditFile(string path, long mostBytes)
    {
        (_path, _mostBytes) = (path, mostBytes);
        try
        {
            _stream = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes lines; they are with the system afterwards.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(ReadOnlySpan<byte> lines)
    {
        _stream ??= Open();
        if (_stream.CanSeek && _stream.Length > 0 && _stream.Length + lines.Length > _mostBytes)
        {
            _stream.Dispose();
            _stream = null;
            File.Move(_path, _path + ".1", overwrite: true);
            _stream = Open();
        }

        _stream.Write(lines);
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();

    private Stream Open()
    {
        if (_path == StandardOutput) return Console.OpenStandardOutput();
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(_path, options);
    }
}
