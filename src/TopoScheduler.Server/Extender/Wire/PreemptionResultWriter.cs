using System.Buffers;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Writes ExtenderPreemptionResult: always uids, whatever form the request had, and never a null, which would make the scheduler panic.
/// </summary>
public static class PreemptionResultWriter
{
    /// <summary>Writes the answer: the nodes that remain candidates, each once, with their victims.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<NodeVictims> nodes)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("NodeNameToMetaVictims");
        foreach (var node in nodes)
        {
            json.WriteStartObject(node.Node);
            json.WriteStartArray("Pods");
            foreach (var uid in node.Uids)
            {
                json.WriteStartObject();
                json.WriteString("UID", uid);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("NumPDBViolations", node.PdbViolations);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
