using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using TopoScheduler.Core;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>What a refusal says: <c>application/problem+json</c> (RFC 9457), with a list of what is wrong where there is one.</summary>
internal sealed record ProblemDocument(int Status, string Detail)
{
    /// <summary>Its content type.</summary>
    public const string ContentType = "application/problem+json";

    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <summary>Parts of the question that cannot be meant.</summary>
    public ImmutableArray<QuestionProblem> Fields { get; init; } = [];

    /// <summary>What is wrong with the jobs.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>The document as UTF-8.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            json.WriteNumber("status", Status);
            json.WriteString("detail", Detail);
            WriteFields(json);
            WriteProblems(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private void WriteFields(Utf8JsonWriter json)
    {
        if (Fields.IsEmpty) return;
        json.WriteStartArray("fields");
        foreach (var field in Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Field);
            json.WriteString("value", field.Value);
            json.WriteString("expected", field.Expected);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteProblems(Utf8JsonWriter json)
    {
        if (Problems.IsEmpty) return;
        json.WriteStartArray("problems");
        foreach (var problem in Problems)
        {
            json.WriteStartObject();
            json.WriteString("severity", JsonNamingPolicy.CamelCase.ConvertName(problem.Severity.ToString()));
            json.WriteString("object", problem.Object);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
