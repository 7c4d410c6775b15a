using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Tests.Gangs;

namespace TopoScheduler.Server.Tests.Audit;

public sealed class GangRecordTests
{
    [Fact]
    public async Task Controller_GangThatFits_RecordsThePlanAndEveryRelease()
    {
        var folder = Directory.CreateTempSubdirectory("audit-");
        var file = Path.Combine(folder.FullName, "audit.jsonl");
        var settings = ServeSettings.Load(new([], [], [KeyValuePair.Create("audit:file", file)]));
        var audit = AuditLog.Open(settings, TimeProvider.System, NullLogger<AuditLog>.Instance)!;
        var scene = new GangScene(nodes: 2, audit: audit);
        scene.CreateGang("g", 2);
        await scene.SettleAsync();
        await audit.DisposeAsync();

        JsonNode[] lines = [.. (await File.ReadAllLinesAsync(file)).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(["start", "plan", "release", "release"], lines.Select(l => (string?)l["verb"]));
        Assert.Equal(("planned", 2, 2), ((string?)lines[1]["outcome"], (int)lines[1]["count"]!, lines[1]["nodes"]!.AsArray().Count));
        foreach (var release in lines[2..])
        {
            var pod = scene.Pod(((string)release["pod"]!).Split('/')[2])!;
            Assert.Equal("released", (string?)release["outcome"]);
            Assert.Equal(((string?)lines[1]["gang"], (string?)pod["metadata"]!["uid"], GangScene.PinOf(pod)), ((string?)release["gang"], (string?)release["uid"], (string?)release["nodes"]![0]));
            Assert.False(string.IsNullOrEmpty((string?)release["podVersion"]));
            Assert.True((long)release["snapshot"]! > 0);
        }

        Assert.Equal(0, audit.Lost);
        folder.Delete(recursive: true);
    }

    // More than can wait: lines are lost, nobody waits, and the record says how many.
    [Fact]
    public async Task Write_FasterThanTheDisk_LosesAndTells()
    {
        var folder = Directory.CreateTempSubdirectory("audit-");
        var file = Path.Combine(folder.FullName, "audit.jsonl");
        var settings = ServeSettings.Load(new([], [], [KeyValuePair.Create("audit:file", file)]));
        var audit = AuditLog.Open(settings, TimeProvider.System, NullLogger<AuditLog>.Instance)!;
        const int Threads = 4, Each = 10_000;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) audit.Write(new(AuditVerb.Filter, "fits"));
        })));
        for (var attempt = 0; (await ReadAsync()).Count(l => l.Contains("\"filter\"", StringComparison.Ordinal)) < (Threads * Each) - audit.Lost; attempt++)
        {
            Assert.True(attempt < 300, "not written within 30 s");
            await Task.Delay(100);
        }

        await audit.DisposeAsync();
        var lost = (await ReadAsync()).Select(l => JsonNode.Parse(l)!).Where(l => (string?)l["verb"] == "lost").Sum(l => (long)l["count"]!);
        Assert.Equal(audit.Lost, lost);
        folder.Delete(recursive: true);

        async Task<string[]> ReadAsync()
        {
            using var text = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return (await text.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
