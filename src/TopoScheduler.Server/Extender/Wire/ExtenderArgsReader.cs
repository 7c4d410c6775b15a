using System.Text;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Body of filter and prioritize → <see cref="ExtenderArgs"/>. Names of fields in any casing and order, unknown ones passed over; of a repeated field the last
/// counts, as in Go. Allocates nothing per candidate.
/// </summary>
public static class ExtenderArgsReader
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">All of it; it must outlive the arguments.</param>
    /// <param name="names">The nodes there are.</param>
    /// <param name="args">Filled with what the body says.</param>
    /// <exception cref="WireException">The first value of the body is no such request.</exception>
    public static void Read(ReadOnlyMemory<byte> body, NodeNameTable names, ExtenderArgs args)
    {
        args.Clear();
        args.Body = body;
        var cursor = new JsonCursor(body.Span);
        var (hasPod, hasNames, nodes) = (false, false, default(ByteRange));
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("Pod"u8))
            {
                hasPod = !cursor.TryNull();
                if (hasPod) (args.Pod, args.PodRange) = PodReader.Read(ref cursor);
            }
            else if (name.Is("NodeNames"u8))
            {
                args.ClearNodes();
                hasNames = !cursor.TryNull();
                if (hasNames) ReadNames(ref cursor, body.Span, names, args);
            }
            else if (name.Is("Nodes"u8))
            {
                // Read when it is known that there are no names.
                nodes = cursor.TryNull() ? default : cursor.Skip();
            }
            else
            {
                cursor.Skip();
            }
        }

        if (!hasPod) throw cursor.Wrong("a field Pod with an object");
        if (!hasNames && nodes.Length > 0) ReadList(JsonCursor.Unchecked(body.Span, nodes.Start), body.Span, names, args);
    }

    /// <summary>
    /// Whether a body that is not complete yet carries Node objects: those, and no other, may be large. False as long as it cannot be told.
    /// </summary>
    public static bool CarriesNodeObjects(ReadOnlySpan<byte> beginning)
    {
        try
        {
            // Not complete, so its end may cut a character: what is there is checked when all of it is.
            var cursor = JsonCursor.Unchecked(beginning);
            cursor.BeginObject();
            while (cursor.NextField(out var name))
            {
                if (name.Is("Nodes"u8) && cursor.Peek() == (byte)'{') return true;
                cursor.Skip();
            }
        }
        catch (WireException)
        {
            // It ends in the middle.
        }

        return false;
    }

    private static void ReadNames(ref JsonCursor cursor, ReadOnlySpan<byte> body, NodeNameTable names, ExtenderArgs args)
    {
        cursor.BeginArray();
        while (cursor.NextItem())
        {
            if (cursor.Peek() == (byte)'"' && NameRun.Read(body, cursor.Position, names, args) is var run and > 0)
            {
                cursor.Pass(run);
                continue;
            }

            var (node, name) = ReadName(ref cursor, body, names);
            args.Add(node, name);
        }
    }

    // A name, or null: the empty name to Go.
    private static (int Node, ByteRange Quoted) ReadName(ref JsonCursor cursor, ReadOnlySpan<byte> body, NodeNameTable names)
    {
        if (cursor.TryNull()) return (names.Find([]), default);
        var text = cursor.Text(out var escaped);
        var node = escaped ? names.Find(Encoding.UTF8.GetBytes(new JsonName(text.Of(body), true).Unescape())) : names.Find(text.Of(body));
        return (node, new(text.Start - 1, text.Length + 2));
    }

    private static void ReadList(JsonCursor cursor, ReadOnlySpan<byte> body, NodeNameTable names, ExtenderArgs args)
    {
        args.HasNodeObjects = true;
        cursor.BeginObject();
        while (cursor.NextField(out var field))
        {
            if (!field.Is("items"u8))
            {
                cursor.Skip();
                continue;
            }

            args.ClearNodes();
            args.HasNodeObjects = true;
            if (cursor.TryNull()) continue;
            cursor.BeginArray();
            while (cursor.NextItem())
            {
                cursor.Peek();
                var start = cursor.Position;
                var (node, name) = cursor.TryNull() ? (names.Find([]), default) : ReadObject(ref cursor, body, names);
                args.Add(node, name, new(start, cursor.Position - start));
            }
        }
    }

    private static (int Node, ByteRange Quoted) ReadObject(ref JsonCursor cursor, ReadOnlySpan<byte> body, NodeNameTable names)
    {
        var found = (Node: names.Find([]), Quoted: default(ByteRange));
        cursor.BeginObject();
        while (cursor.NextField(out var field))
        {
            if (!field.Is("metadata"u8))
            {
                cursor.Skip();
                continue;
            }

            if (cursor.TryNull()) continue;
            cursor.BeginObject();
            while (cursor.NextField(out var inner))
            {
                if (inner.Is("name"u8)) found = ReadName(ref cursor, body, names);
                else cursor.Skip();
            }
        }

        return found;
    }
}
