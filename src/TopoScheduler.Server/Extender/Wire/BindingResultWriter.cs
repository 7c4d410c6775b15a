using System.Buffers;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Writes ExtenderBindingResult.</summary>
public static class BindingResultWriter
{
    /// <summary>Writes the answer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="error">Why the pod was not bound; empty when it was.</param>
    public static void Write(IBufferWriter<byte> output, string error)
    {
        var to = new WireOutput(output);
        to.Write("{\"Error\":\""u8);
        to.Write(JsonEncodedText.Encode(error).EncodedUtf8Bytes);
        to.Write("\"}"u8);
        to.Flush();
    }
}
