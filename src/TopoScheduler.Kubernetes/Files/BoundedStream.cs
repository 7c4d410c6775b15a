namespace TopoScheduler.Kubernetes.Files;

/// <summary>Reads through, and refuses to go beyond a number of bytes: a small gzip file can hold terabytes of zeros.</summary>
/// <param name="inner">What is read.</param>
/// <param name="source">Its name in messages.</param>
/// <param name="limit">The number of bytes.</param>
/// <param name="isGzip">It decompresses gzip data; nothing at all then means that the data was cut off within its header.</param>
internal sealed class BoundedStream(Stream inner, string source, long limit, bool isGzip = false) : ReadThroughStream(inner)
{
    private long _read;

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = Inner.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{source}: the gzip data is damaged or cut off after {_read} bytes; expected a whole gzip file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{source}: cannot be read: {e.Message}", e);
        }

        if (isGzip && count == 0 && _read == 0 && !buffer.IsEmpty)
        {
            throw new InputException($"{source}: the gzip data is empty or cut off in its header; expected a whole gzip file.");
        }

        _read += count;
        return _read <= limit ? count : throw new InputException($"{source}: holds more than {limit} bytes, expected at most that (decompressed).");
    }
}
