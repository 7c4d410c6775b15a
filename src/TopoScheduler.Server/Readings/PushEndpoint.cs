using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Readings;

/// <summary>
/// <c>POST /v1/power/readings</c>: readings from whoever may create <c>powerreadings</c>. 200 when all are taken, 422 when some are not (the others are),
/// 400 for what is no list of readings, 408 and 413 for bodies that come too slowly or are too large.
/// </summary>
internal sealed partial class PushEndpoint
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/power/readings";

    /// <summary>Most bytes of a body: some 10,000 readings.</summary>
    public const int BodyBytes = 1 << 20;

    /// <summary>Most problems that are told.</summary>
    public const int MostProblems = 100;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private readonly PowerTelemetry _telemetry;
    private readonly ReadingMetrics _metrics;
    private readonly ILogger<PushEndpoint> _logger;
    private readonly ToldOnce _told = new();

    /// <summary>A route to the readings.</summary>
    public PushEndpoint(PowerTelemetry telemetry, ReadingMetrics metrics, ILogger<PushEndpoint> logger) => (_telemetry, _metrics, _logger) = (telemetry, metrics, logger);

    /// <summary>Who may push.</summary>
    public static RouteAccess Access { get; } = RouteAccess.Bearer("create", "powerreadings");

    /// <summary>The record of decisions; null for none.</summary>
    public AuditLog? Audit { get; set; }

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, AnswerAsync).WithMetadata(Access);

    /// <summary>Takes readings, by whichever door they came.</summary>
    /// <returns>How many were taken, and what is wrong with the others, in their order.</returns>
    public (int Taken, PushProblem[] Problems) Take(PushBody body)
    {
        var refused = _telemetry.Take(body.Readings);
        PushProblem[] problems = [.. body.Problems.Concat(refused.Select(r => ProblemOf(r.Index, r.Reading.Name, r.Reading.At, r.Fate))).OrderBy(p => p.Index)];
        _metrics.Error("push", "item", problems.Length);
        if (_told.IsNews("items", problems.Length > 0 ? $"{problems[0].Field}, expected {problems[0].Expected}" : null) && problems.Length > 0) LogItems(problems.Length, problems[0].Index, problems[0].Field, problems[0].Expected);
        return (body.Readings.Length - refused.Count, problems);
    }

    /// <summary>Puts a push on record.</summary>
    public void Record(HttpContext context, int taken, int refused) =>
        Audit?.Write(new(AuditVerb.Readings, refused == 0 ? "taken" : "some_refused") { User = AccessGate.UserOf(context), Count = taken });

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var body = PushBody.Read(await RequestBody.ReadAsync(context, BodyBytes, TimeLimit).ConfigureAwait(false));
            var (taken, problems) = Take(body);
            Record(context, taken, problems.Length);
            await WriteAsync(context, taken, problems).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed", e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too_large" : "too_slow", e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (Refusal.IsGone(context, e))
        {
            // The sender hung up; nobody waits for an answer.
        }
        catch (Exception e)
        {
            _metrics.Error("push", "defect");
            LogDefect(e.GetType().Name, e.Message, Refusal.Place(e));
            await Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError, "A defect of toposched; its log says more.").ConfigureAwait(false);
        }
    }

    private static PushProblem ProblemOf(int index, string name, DateTimeOffset at, ReadingFate fate) => fate switch
    {
        ReadingFate.Stale => new(index, "at", Text(at), "a time not longer ago than telemetry.staleSeconds"),
        ReadingFate.Ahead => new(index, "at", Text(at), string.Create(CultureInfo.InvariantCulture, $"a time at most {ReadingStore.MostAhead.TotalSeconds} s ahead")),
        _ => new(index, "name", name, string.Create(CultureInfo.InvariantCulture, $"readings of at most {ReadingStore.MostReadings} things")),
    };

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffK", CultureInfo.InvariantCulture);

    private static async Task WriteAsync(HttpContext context, int taken, PushProblem[] problems)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("taken", taken);
            json.WriteNumber("refused", problems.Length);
            json.WriteStartArray("problems");
            foreach (var problem in problems.Take(MostProblems))
            {
                json.WriteStartObject();
                json.WriteNumber("index", problem.Index);
                json.WriteString("field", problem.Field);
                json.WriteString("value", problem.Value);
                json.WriteString("expected", problem.Expected);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.StatusCode = problems.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    private Task RefuseAsync(HttpContext context, int status, string reason, string message)
    {
        _metrics.Error("push", reason);
        if (_told.IsNews(reason, message)) LogRefused(Path, status, message);
        return Refusal.WriteAsync(context, status, message);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Path} refused with {Status}: {Reason}")]
    private partial void LogRefused(string path, int status, string reason);

    [LoggerMessage(2, LogLevel.Error, "a push failed by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string kind, string reason, string place);

    [LoggerMessage(3, LogLevel.Warning, "{Count} pushed readings are refused, the first at [{Index}].{Field}: expected {Expected}")]
    private partial void LogItems(int count, int index, string field, string expected);
}
