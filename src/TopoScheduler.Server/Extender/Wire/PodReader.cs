namespace TopoScheduler.Server.Extender.Wire;

/// <summary>What requests say about the pod they are about: its place in the body and its metadata. Everything else of it is only checked to be JSON.</summary>
internal static class PodReader
{
    /// <summary>Reads the pod that stands at the cursor.</summary>
    public static (PodIdentity Pod, ByteRange Range) Read(ref JsonCursor cursor)
    {
        cursor.Peek();
        var start = cursor.Position;
        var pod = PodIdentity.None;
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("metadata"u8) && !cursor.TryNull()) pod = Metadata(ref cursor);
            else if (!name.Is("metadata"u8)) cursor.Skip();
        }

        return (pod, new(start, cursor.Position - start));
    }

    /// <summary>Reads the metadata that stands at the cursor.</summary>
    private static PodIdentity Metadata(ref JsonCursor cursor)
    {
        var (ns, name, uid) = ("", "", "");
        cursor.BeginObject();
        while (cursor.NextField(out var field))
        {
            if (field.Is("name"u8)) name = cursor.String();
            else if (field.Is("namespace"u8)) ns = cursor.String();
            else if (field.Is("uid"u8)) uid = cursor.String();
            else cursor.Skip();
        }

        return new(ns, name, uid);
    }
}
