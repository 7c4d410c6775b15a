using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Metered;

/// <summary>A real Prometheus server scrapes <c>toposched serve</c>, and promtool looks at the page and at the rules that ship.</summary>
public sealed partial class ScrapedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [PrometheusFact]
    public async Task Serve_Scraped_AnswersQueriesAndPromtoolFindsNothing()
    {
        var folder = Directory.CreateTempSubdirectory("scraped-");
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            Uri served = new($"http://127.0.0.1:{LoopbackPort.Next()}"), health = new($"http://127.0.0.1:{LoopbackPort.Next()}"), prometheus = new($"http://127.0.0.1:{LoopbackPort.Next()}");
            string[] serve =
            [
                "dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--cluster", Path.Combine(Toposched.Root, "samples", "clusters", "rack-bound-h100.yaml"),
                "--listen", served.ToString(), "--health-listen", health.ToString(),
            ];
            await using var toposched = ServerProcess.Start("toposched", "/usr/bin/env", ["TOPOSCHEDULER__METRICS__CAPACITYSECONDS=1", .. serve], Path.Combine(folder.FullName, "toposched.log"));
            await toposched.WaitUntilAsync("ready", Patience, stop => AnswersAsync(client, new(health, "/readyz"), stop));
            using (var answer = await client.PostAsJsonAsync(new Uri(served, "/scheduler/filter"), Request())) Assert.True(answer.IsSuccessStatusCode);
            await using var server = Start(folder.FullName, prometheus, health);
            await server.WaitUntilAsync("ready", Patience, stop => AnswersAsync(client, new(prometheus, "/-/ready"), stop));

            // A second scrape has what the first asked to be counted.
            await AsksAsync("up{job=\"toposched\"}", 1);
            await AsksAsync("toposcheduler_leader", 1);
            await AsksAsync("toposcheduler_extender_duration_seconds_count{verb=\"filter\",outcome=\"answered\"}", 1);
            await AsksAsync("histogram_quantile(0.99, toposcheduler_extender_duration_seconds_bucket{verb=\"filter\"}) > bool 0", 1);
            await AsksAsync("count(count by (gpus) (toposcheduler_free_slots))", 3);
            await AsksAsync("min(toposcheduler_power_budget_watts - toposcheduler_power_committed_watts - toposcheduler_power_headroom_watts)", 0);
            await AsksAsync("scrape_samples_post_metric_relabeling{job=\"toposched\"} > bool 50", 1);

            await Promtool.AssertCleanAsync(await client.GetByteArrayAsync(new Uri(health, "/metrics")), "check", "metrics");

            Task AsksAsync(string query, double expected) => Eventually.HoldsAsync($"{query} is {expected}", Patience, async () => await AskAsync(client, prometheus, query) == expected);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Values of the chart stand for a number here; the groups of rules are told from other files by their alerts.
    [PrometheusFact]
    public async Task Rules_ThatShip_AreFoundGood()
    {
        var folder = Directory.CreateTempSubdirectory("rules-");
        try
        {
            var broken = Path.Combine(folder.FullName, "broken.yaml");
            await File.WriteAllTextAsync(broken, "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(\n");
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Promtool.AssertCleanAsync([], "check", "rules", broken));

            var shipped = new[] { "manifests", "charts" }.Select(f => Path.Combine(Toposched.Root, f)).Where(Directory.Exists);
            foreach (var file in shipped.SelectMany(f => Directory.EnumerateFiles(f, "*.yaml", SearchOption.AllDirectories)))
            {
                var text = await File.ReadAllTextAsync(file);
                if (!Alert().IsMatch(text) || text.Contains("kind: ", StringComparison.Ordinal)) continue;
                var plain = Value().Replace(text, "60");
                var rules = Path.Combine(folder.FullName, "rules.yaml");
                await File.WriteAllTextAsync(rules, plain.Contains("groups:", StringComparison.Ordinal) ? plain : $"groups:\n{plain}");
                await Promtool.AssertCleanAsync([], "check", "rules", rules);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ServerProcess Start(string folder, Uri prometheus, Uri scraped)
    {
        var settings = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(settings, $$"""
            global: {scrape_interval: 2s, scrape_timeout: 2s}
            scrape_configs:
            - job_name: toposched
              static_configs: [{targets: ['{{scraped.Authority}}']}]
            """);
        string[] arguments = [$"--config.file={settings}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address={prometheus.Authority}", "--log.level=warn"];
        return ServerProcess.Start("prometheus", PrometheusBinary.File!, arguments, Path.Combine(folder, "prometheus.log"));
    }

    private static JsonNode Request() =>
        JsonNode.Parse("""{"Pod":{"metadata":{"name":"p","namespace":"ml","uid":"new"},"spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/gpu":"8"}}}]}},"NodeNames":[]}""")!;

    private static async Task<double?> AskAsync(HttpClient client, Uri prometheus, string query)
    {
        using var form = new FormUrlEncodedContent([new("query", query)]);
        using var answer = await client.PostAsync(new Uri(prometheus, "/api/v1/query"), form);
        var rows = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]!["result"]!.AsArray();
        return rows.Count == 0 ? null : double.Parse(rows[0]!["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, Uri url, CancellationToken patience)
    {
        try
        {
            using var answer = await client.GetAsync(url, patience);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\s*- alert: \w", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"\{\{ *\.Values\.[\w.]+ *\}\}")]
    private static partial Regex Value();
}
