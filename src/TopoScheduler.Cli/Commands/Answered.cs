using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary>An answer as its model and as its JSON: made here, or by a server, whose bytes are handed on as they are.</summary>
/// <typeparam name="T">The kind of answer.</typeparam>
/// <param name="View">The model.</param>
/// <param name="Json">Its JSON.</param>
internal sealed record Answered<T>(T View, Func<string> Json)
{
    /// <summary>One made here.</summary>
    public static Answered<T> Here(T view) => new(view, () => AnswerJson.Text(view));

    /// <summary>One that a server gave.</summary>
    /// <exception cref="ServerDoorException">It is no such answer.</exception>
    public static Answered<T> Given(string json)
    {
        try
        {
            return new(AnswerJson.Read<T>(json), () => json);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException)
        {
            throw new ServerDoorException($"the server's answer is no {typeof(T).Name}: {e.Message}", e);
        }
    }
}
