using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TopoScheduler.Cli.Reports;

/// <summary>The habits of all JSON this command prints: camelCase, indented, nothing null, the same bytes on every system.</summary>
internal static class JsonStyle
{
    /// <summary>Options in that style.</summary>
    /// <param name="converters">How enums are spelled.</param>
    public static JsonSerializerOptions With(params JsonConverter[] converters)
    {
        var options = new JsonSerializerOptions
        {
            // Names and sentences carry quotes and arrows; this output is never put into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = true,
            NewLine = "\n",
        };
        foreach (var converter in converters)
        {
            options.Converters.Add(converter);
        }

        return options;
    }
}
