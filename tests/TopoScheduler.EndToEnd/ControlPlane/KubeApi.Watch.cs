using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>Watches, and waiting for a state of a collection.</summary>
internal sealed partial class KubeApi
{
    /// <summary>
    /// The events of a collection from a version on, until the server ends the watch or the token is cancelled. A refusal is one event of type
    /// <c>ERROR</c>, whether it came as an HTTP status or within the stream.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(string path, string version, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var address = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}watch=true&allowWatchBookmarks=true&resourceVersion={version}";
        using var answer = await _client.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        using var reader = new StreamReader(stream);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            yield return new("ERROR", JsonNode.Parse(await reader.ReadToEndAsync(cancellation))!.AsObject());
            yield break;
        }

        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            var item = JsonNode.Parse(line)!;
            yield return new(item["type"]!.GetValue<string>(), item["object"]!.AsObject());
        }
    }

    /// <summary>
    /// Waits until a collection is as a test expects it, looking at every change of it, and returns it as it then was. Fails when the time is up,
    /// with what it is like.
    /// </summary>
    public async Task<IReadOnlyList<JsonObject>> WaitForAsync(string path, string what, TimeSpan limit, Func<IReadOnlyCollection<JsonObject>, bool> holds)
    {
        using var patience = new CancellationTokenSource(limit);
        var last = new Dictionary<string, JsonObject>();
        try
        {
            while (true)
            {
                if (await FollowAsync(path, last, holds, patience.Token)) return [.. last.Values];
                await Task.Delay(100, patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"{path}: not so within {limit.TotalSeconds} s: {what}. There are {last.Count} objects:\n{string.Join('\n', last.Values.Take(20).Select(Summary))}");
            return [];
        }
    }

    /// <summary>Waits until every pod of a collection, so many, is bound, and returns the node of each by its name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> WaitForBoundAsync(string path, int count, TimeSpan limit)
    {
        var pods = await WaitForAsync(path, $"{count} pods are bound", limit, all => all.Count == count && all.All(p => p["spec"]!["nodeName"] is not null));
        return pods.ToDictionary(p => p["metadata"]!["name"]!.GetValue<string>(), p => p["spec"]!["nodeName"]!.GetValue<string>());
    }

    // One list and its watch; false when the watch ended, for whatever reason.
    private async Task<bool> FollowAsync(string path, Dictionary<string, JsonObject> objects, Func<IReadOnlyCollection<JsonObject>, bool> holds, CancellationToken patience)
    {
        try
        {
            var list = await GetAsync(path);
            objects.Clear();
            foreach (var item in list["items"]!.AsArray()) objects[Key(item!.AsObject())] = item.AsObject();
            if (holds(objects.Values)) return true;
            await foreach (var change in WatchAsync(path, list["metadata"]!["resourceVersion"]!.GetValue<string>(), patience))
            {
                if (change.Type == "ERROR") return false;
                if (change.Type == "BOOKMARK") continue;
                if (change.Type == "DELETED") objects.Remove(Key(change.Object));
                else objects[Key(change.Object)] = change.Object;
                if (holds(objects.Values)) return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            // The server went away, perhaps in the middle of a line; the next list tells what it knows when it is back.
        }

        return false;
    }

    private static string Key(JsonObject item) => $"{item["metadata"]!["namespace"]}/{item["metadata"]!["name"]}";

    private static string Summary(JsonObject item) => $"{Key(item)} {new JsonObject { ["node"] = item["spec"]?["nodeName"]?.DeepClone(), ["status"] = item["status"]?.DeepClone() }.ToJsonString()}";
}
