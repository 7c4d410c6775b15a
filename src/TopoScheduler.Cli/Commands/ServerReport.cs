using System.Collections.Immutable;
using System.Text.Json;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary>A report asked of a server: the jobs go there, the reports come back.</summary>
internal static class ServerReport
{
    /// <summary>Asks for it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="standardInput">Read for a job <c>-</c>.</param>
    /// <exception cref="InputException">A job file cannot be read, or the server cannot understand it.</exception>
    /// <exception cref="ServerDoorException">The server does not answer, or refuses.</exception>
    public static (ImmutableArray<PlacementReport> Reports, ReportScenario? Scenario, string Json) Ask(ServerDoor server, ReportRequest request, Func<Stream> standardInput)
    {
        var json = server.Post("report", Question(request, standardInput));
        if (!IsList(json))
        {
            var report = Answered<PlacementReport>.Given(json).View;
            return ([report], report.Scenario, json);
        }

        var list = Answered<PlacementReportList>.Given(json).View;
        return (list.Reports, list.Scenario, json);
    }

    private static bool IsList(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("reports", out _);
    }

    private static byte[] Question(ReportRequest request, Func<Stream> standardInput)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WritePropertyName("jobs");
            ManifestJson.Write(json, request.Jobs, request.Jobs.Contains("-") ? standardInput() : null);
            json.WriteString("source", string.Join(", ", request.Jobs));
            if (request.Namespace is { } ns) json.WriteString("namespace", ns);
            if (request.At is { } at) json.WriteString("at", MomentText.Write(at));
            WritePolicy(json, request.Policy);
            WriteScenario(json, request.Scenario);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    // What is not asked for is as the server is set.
    private static void WritePolicy(Utf8JsonWriter json, PlacementPolicy policy)
    {
        json.WriteStartObject("policy");
        json.WriteBoolean("trustHints", true);
        if (policy.MaxSteps != PlacementPolicy.Default.MaxSteps) json.WriteNumber("maxSteps", policy.MaxSteps);
        if (policy.AssumeSchedulable) json.WriteBoolean("assumeSchedulable", true);
        if (policy.Links != PlacementPolicy.Default.Links)
        {
            json.WriteStartObject("oversubscription");
            foreach (var (tier, ratio) in policy.Links.OversubscriptionByTier) json.WriteNumber(Tier.Fabric(tier).Name, ratio);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteScenario(Utf8JsonWriter json, ScenarioRequest scenario)
    {
        json.WriteStartObject("whatIf");
        WriteTexts(json, "drain", scenario.Drain);
        WriteTexts(json, "addRacks", scenario.AddRacks);
        WriteTexts(json, "budget", scenario.Budget);
        if (scenario.BudgetAll is { } all) json.WriteString("budgetAll", all);
        WriteTexts(json, "loseFeed", scenario.LoseFeed);
        WriteTexts(json, "finish", scenario.Finish);
        if (scenario.FinishBelow is { } priority) json.WriteNumber("finishBelow", priority);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
