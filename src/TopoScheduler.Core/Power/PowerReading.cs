namespace TopoScheduler.Core.Power;

/// <summary>What a reading is of.</summary>
public enum PowerReadingKind
{
    /// <summary>All GPUs of a node together; the rest of the node is added from its figures.</summary>
    NodeGpus,

    /// <summary>A whole node.</summary>
    Node,

    /// <summary>A rack.</summary>
    Rack,

    /// <summary>A PDU.</summary>
    Pdu,

    /// <summary>A row.</summary>
    Row,

    /// <summary>The site.</summary>
    Facility,
}

/// <summary>Watts that were measured.</summary>
/// <param name="Kind">What of.</param>
/// <param name="Name">Name of the node or the power domain.</param>
/// <param name="Watts">Watts; whatever the meter says, sensible or not.</param>
/// <param name="At">When it was measured.</param>
public readonly record struct PowerReading(PowerReadingKind Kind, string Name, double Watts, DateTimeOffset At);
