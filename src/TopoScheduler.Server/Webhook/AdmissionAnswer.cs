using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TopoScheduler.Server.Webhook;

/// <summary>What a webhook answers.</summary>
/// <param name="Denial">Why the object is refused; null when it is allowed.</param>
/// <param name="Patch">A JSON patch (RFC 6902) of an allowed object; empty for none.</param>
/// <param name="Warning">What the API server tells its caller; null for nothing.</param>
public readonly record struct AdmissionAnswer(string? Denial, ReadOnlyMemory<byte> Patch, string? Warning)
{
    /// <summary>Allowed as it is.</summary>
    public static AdmissionAnswer Allowed => default;

    /// <summary>Allowed with changes.</summary>
    public static AdmissionAnswer Patched(ReadOnlyMemory<byte> patch) => new(null, patch, null);

    /// <summary>Allowed, and something is said.</summary>
    public static AdmissionAnswer AllowedWith(string warning) => new(null, default, warning);

    /// <summary>Refused.</summary>
    public static AdmissionAnswer Denied(string reason) => new(reason, default, null);

    /// <summary>The answer to a request as the API server reads it.</summary>
    internal ReadOnlyMemory<byte> ToReview(AdmissionRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", request.ApiVersion);
            json.WriteString("kind", "AdmissionReview");
            json.WriteStartObject("response");
            json.WriteString("uid", request.Uid);
            json.WriteBoolean("allowed", Denial is null);
            if (Denial is not null) WriteStatus(json, Denial);
            if (!Patch.IsEmpty)
            {
                json.WriteString("patchType", "JSONPatch");
                json.WriteBase64String("patch", Patch.Span);
            }

            if (Warning is not null)
            {
                json.WriteStartArray("warnings");
                json.WriteStringValue(Warning);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteStatus(Utf8JsonWriter json, string denial)
    {
        json.WriteStartObject("status");
        json.WriteString("status", "Failure");
        json.WriteNumber("code", StatusCodes.Status403Forbidden);
        json.WriteString("reason", "Forbidden");
        json.WriteString("message", denial);
        json.WriteEndObject();
    }
}
