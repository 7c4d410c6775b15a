namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The request of bind (ExtenderBindingArgs).</summary>
/// <param name="Pod">The pod to bind.</param>
/// <param name="Node">The name of the node the scheduler chose.</param>
public sealed record BindingArgs(PodIdentity Pod, string Node)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="WireException">The first value of the body is no such request.</exception>
    public static BindingArgs Read(ReadOnlySpan<byte> body)
    {
        var (pod, ns, uid, node) = ("", "", "", "");
        var cursor = new JsonCursor(body);
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("PodName"u8)) pod = cursor.String();
            else if (name.Is("PodNamespace"u8)) ns = cursor.String();
            else if (name.Is("PodUID"u8)) uid = cursor.String();
            else if (name.Is("Node"u8)) node = cursor.String();
            else cursor.Skip();
        }

        if (pod.Length == 0 || ns.Length == 0 || node.Length == 0) throw new WireException("The body lacks PodName, PodNamespace or Node: expected all three.");
        return new(new(ns, pod, uid), node);
    }
}
