namespace TopoScheduler.Core.Topology;

/// <summary>Something beside the network that nodes stand in or hang on: a rack, a PDU.</summary>
/// <param name="Kind"><see cref="VertexKind.Rack"/> or <see cref="VertexKind.PowerDomain"/>.</param>
/// <param name="Name">Its name, unique within its kind.</param>
/// <param name="Parents">Names and kinds of what it hangs on.</param>
/// <param name="Nodes">Node indices directly below it.</param>
public sealed record GraphGroup(VertexKind Kind, string Name, IReadOnlyList<(VertexKind Kind, string Name)> Parents, IReadOnlyList<int> Nodes);
