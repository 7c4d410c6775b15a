using System.IO.Compression;
using System.Text;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// Bytes to trees: undoes gzip (told by its first two bytes, not by the name), checks the encoding, tells JSON from YAML and hands out one tree
/// per Kubernetes object, streaming, so that a file of many objects is never in memory as a whole.
/// </summary>
internal static class InputText
{
    private const int HeadLength = 512;

    // Without it the runtime takes gzip data that was cut off as complete, and half a cluster would pass for the whole.
    static InputText() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>The objects of a stream.</summary>
    /// <param name="stream">The bytes; disposed when read to the end.</param>
    /// <param name="source">Its name in messages.</param>
    /// <param name="limits">What is read at most.</param>
    public static IEnumerable<Tree> Objects(Stream stream, string source, InputLimits limits)
    {
        using var bytes = new BufferedStream(Open(stream, source, limits), 1 << 16);
        var head = new byte[HeadLength];
        var length = bytes.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        var start = CheckEncoding(head.AsSpan(0, length), source);
        CheckContent(head.AsSpan(start, length - start), source);
        var whole = new Utf8Stream(new PrefixedStream(head.AsMemory(start, length - start), bytes), source);
        var trees = LooksLikeJson(head.AsSpan(start, length - start))
            ? new JsonObjects(whole, source, limits).Read()
            : new YamlObjects(whole, source, limits).Read();
        foreach (var tree in trees)
        {
            yield return tree;
        }
    }

    private static BoundedStream Open(Stream stream, string source, InputLimits limits)
    {
        var raw = new BoundedStream(stream, source, limits.Bytes);
        var magic = new byte[4];
        var length = raw.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(magic.AsMemory(0, length), raw);
        if (length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        {
            return new(new GZipStream(whole, CompressionMode.Decompress), source, limits.Bytes, isGzip: true);
        }

        var other =
            magic.AsSpan().SequenceEqual("PK\u0003\u0004"u8) ? "a zip archive" :
            magic.AsSpan().StartsWith("BZh"u8) ? "bzip2 data" :
            magic is [0x28, 0xb5, 0x2f, 0xfd] ? "zstd data" :
            magic is [0xfd, (byte)'7', (byte)'z', (byte)'X'] ? "xz data" : null;
        return other is null ? new(whole, source, limits.Bytes) : throw new InputException($"{source}: is {other}, expected YAML or JSON, plain or gzip.");
    }

    private static int CheckEncoding(ReadOnlySpan<byte> head, string source)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return 3;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || head.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            throw new InputException($"{source}: is UTF-16 text, expected UTF-8 (save it as UTF-8).");
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            throw new InputException($"{source}: is gzip within gzip, expected YAML or JSON, plain or compressed once.");
        }

        var zero = head.IndexOf((byte)0);
        return zero < 0 ? 0 : throw new InputException($"{source}: byte {zero} is 0: binary data or UTF-16, expected YAML or JSON in UTF-8.");
    }

    // What people pipe in by mistake; as YAML most of it would be a riddle of colons and indentation.
    private static void CheckContent(ReadOnlySpan<byte> head, string source)
    {
        var text = head.TrimStart(" \t\r\n"u8);
        var line = text[..(text.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0 ? end : text.Length)];
        var instead =
            line.StartsWith("Error from server"u8) || line.StartsWith("error: "u8) || line.StartsWith("Unable to connect"u8)
                || line.StartsWith("The connection to the server"u8) ? "an error message of kubectl" :
            line.StartsWith("NAME "u8) || line.StartsWith("NAMESPACE "u8) ? "the table kubectl prints without -o yaml" :
            line.StartsWith("<!"u8) || line.StartsWith("<html"u8) || line.StartsWith("<?xml"u8) ? "a web page or XML" : null;
        if (instead is not null)
        {
            throw new InputException($"{source}: holds {instead}: {Field.Quote(Encoding.UTF8.GetString(line))}; expected objects, as kubectl get -o yaml or -o json prints them.");
        }
    }

    // A YAML flow map opens with a brace too; JSON goes on with a quote (or closes at once).
    private static bool LooksLikeJson(ReadOnlySpan<byte> head)
    {
        var text = head.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
        {
            return false;
        }

        var next = text[1..].TrimStart(" \t\r\n"u8);
        return next.IsEmpty || (text[0] == (byte)'{' ? next[0] is (byte)'"' or (byte)'}' : next[0] is (byte)'{' or (byte)'"' or (byte)']' or (byte)'[');
    }
}
