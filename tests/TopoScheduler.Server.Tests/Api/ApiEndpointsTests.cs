using System.Net;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Tests.Access;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Api;

public sealed class ApiEndpointsTests
{
    private const string Job = """
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "train"}, "spec": {"completions": 2, "parallelism": 2, "completionMode": "Indexed",
        "template": {"spec": {"containers": [{"name": "c", "resources": {"limits": {"nvidia.com/gpu": "8"}}}]}}}}
        """;

    [Fact]
    public async Task Report_ManifestAsTheBody_IsPlanned()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var (status, report) = await ApiServer.ReadAsync(api.AskAsync(Job));
        Assert.Equal((200, "PlacementReport", "Placed"), (status, (string)report["kind"]!, (string)report["outcome"]!));
        Assert.Equal("default", (string)report["gang"]!["namespace"]!);
    }

    [Fact]
    public async Task Report_JobsOrTextOrYaml_IsTheSame()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var answers = new List<string>();
        foreach (var body in new[] { $$"""{"jobs": [{{Job}}]}""", new JsonObject { ["manifests"] = Job }.ToJsonString(), Job, $"manifests: |\n  {Job.ReplaceLineEndings("\n  ")}\n" })
        {
            using var answer = await api.AskAsync(body);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Contains("\"Placed\"", answers[0], StringComparison.Ordinal);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Report_Several_AreBesideEachOther()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster(nodes: 3));
        var (_, list) = await ApiServer.ReadAsync(api.AskAsync($$"""{"namespace": "ml", "jobs": [{{Job}}, {{Job.Replace("train", "tune", StringComparison.Ordinal)}}]}"""));
        Assert.Equal("PlacementReportList", (string)list["kind"]!);
        Assert.Equal(["ml/train Placed", "ml/tune NoFit"], list["reports"]!.AsArray().Select(r => $"{r!["gang"]!["namespace"]}/{r["gang"]!["name"]} {r["outcome"]}"));
    }

    // What the scheduler would not believe the answer does not either, unless it is asked as a file is.
    [Theory]
    [InlineData("", "{}", "the namespace is none of power.trustedNamespaces")]
    [InlineData("default", "{}", null)]
    [InlineData("", """{"trustHints": true}""", "are trusted, as in every report from files")]
    public async Task Report_HintThatLowersTheDraw_IsBelievedAsTheSchedulerDoes(string trusted, string policy, string? note)
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster(), ("power:trustedNamespaces", trusted));
        var hinted = Job.Replace("\"template\": {", "\"template\": {\"metadata\": {\"annotations\": {\"toposcheduler.io/gpu-watts\": \"300\"}}, ", StringComparison.Ordinal);
        var (status, report) = await ApiServer.ReadAsync(api.AskAsync($$"""{"jobs": [{{hinted}}], "policy": {{policy}}}"""));
        var notes = report["problems"]!.AsArray().Select(p => (string)p!["message"]!).Where(m => m.Contains("gpu-watts", StringComparison.Ordinal));
        Assert.Equal((200, note is null ? 0 : 1), (status, notes.Count()));
        Assert.All(notes, n => Assert.Contains(note!, n, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "jobs", "", "at least one job here, or manifests")]
    [InlineData("[1]", "", "1", "an object with jobs, manifests, source, namespace, at, policy, whatIf")]
    [InlineData("""{"jobs": [], "job": 1}""", "job", "1", "one of jobs, manifests, source, namespace, at, policy, whatIf")]
    [InlineData("""{"jobs": [JOB], "manifests": "a: b"}""", "manifests", "a: b", "either jobs or manifests")]
    [InlineData("""{"jobs": [JOB], "at": "yesterday"}""", "at", "yesterday", "a time such as 2027-01-31T16:00:00Z")]
    [InlineData("""{"jobs": [JOB], "namespace": "-"}""", "namespace", "-", "at most 63 lower case letters, digits or \"-\", the first and last a letter or digit")]
    [InlineData("""{"jobs": [JOB], "source": "a\nb"}""", "source", "a\nb", "a name of at most 512 characters, on one line")]
    [InlineData("""{"jobs": [JOB], "policy": {"maxSteps": 0}}""", "policy.maxSteps", "0", "a whole number from 1 to 10000000")]
    [InlineData("""{"jobs": [JOB], "policy": {"trustHints": "yes"}}""", "policy.trustHints", "yes", "true or false")]
    [InlineData("""{"jobs": [JOB], "policy": {"steps": 1}}""", "policy.steps", "1", "one of policy.oversubscription, policy.maxSteps, policy.assumeSchedulable, policy.trustHints")]
    [InlineData("""{"jobs": [JOB], "policy": {"oversubscription": {"node": 2}}}""", "policy.oversubscription.node", "node", "a switch tier: leaf, spine, core or tier-N")]
    [InlineData("""{"jobs": [JOB], "policy": {"oversubscription": {"leaf": 0}}}""", "policy.oversubscription.leaf", "0", "a ratio from 1 to 1000")]
    public async Task Report_WhatCannotBeMeant_IsToldByFieldValueAndExpectation(string body, string field, string value, string expected)
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var (status, problem) = await ApiServer.ReadAsync(api.AskAsync(body.Replace("JOB", Job, StringComparison.Ordinal)));
        Assert.Equal((400, "Bad Request", 400), (status, (string)problem["title"]!, (int)problem["status"]!));
        var told = problem["fields"]!.AsArray().Select(f => ((string)f!["field"]!, (string)f["value"]!, (string)f["expected"]!));
        Assert.Contains((field, value, expected), told);
    }

    [Fact]
    public async Task Report_WhatIf_IsOfTheClusterAsItWouldBe()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster(nodes: 2));
        var node = (string)(await ApiServer.ReadAsync(api.GetAsync("/v1/topology"))).Body["cluster"]!["domains"]![0]!["domains"]![0]!["nodes"]![0]!["name"]!;
        var (status, report) = await ApiServer.ReadAsync(api.AskAsync($$$"""{"jobs": [{{{Job}}}], "whatIf": {"drain": ["node/{{{node}}}"]}}"""));
        Assert.Equal((200, "NoFit", 1), (status, (string)report["outcome"]!, report["scenario"]!["changes"]!.AsArray().Count));
        (status, var problem) = await ApiServer.ReadAsync(api.AskAsync($$$"""{"jobs": [{{{Job}}}], "whatIf": {"drain": ["node/nobody"]}}"""));
        Assert.Equal((422, "whatIf.drain=\"node/nobody\""), (status, (string)problem["problems"]![0]!["object"]!));
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}""", 422)]
    [InlineData("""{"jobs": [{"apiVersion": "batch/v1", "kind": "Job", "metadata": {}}]}""", 422)]
    public async Task Report_Unreadable_IsRefused(string body, int expected)
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var (status, problem) = await ApiServer.ReadAsync(api.AskAsync(body));
        Assert.Equal(expected, status);
        if (status == 422) Assert.NotEmpty(problem["problems"]!.AsArray());
    }

    [Fact]
    public async Task Report_NestedTooDeep_IsRefused()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var (status, _) = await ApiServer.ReadAsync(api.AskAsync($$"""{"jobs": {{new string('[', 100)}}{{new string(']', 100)}}}"""));
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Report_TooLargeOrTooMany_IsRefused()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster(), ("api:bodyMiB", "1"));
        Assert.Equal(413, (await ApiServer.ReadAsync(api.AskAsync(new string(' ', (1 << 20) + 1)))).Status);
        var jobs = string.Join(',', Enumerable.Range(0, 257).Select(i => Job.Replace("train", $"train-{i}", StringComparison.Ordinal)));
        var (status, problem) = await ApiServer.ReadAsync(api.AskAsync($$"""{"jobs": [{{jobs}}]}"""));
        Assert.Equal((400, "at most 256 jobs"), (status, (string)problem["fields"]![0]!["expected"]!));
    }

    // As many jobs as a question may hold, each as large as jobs are with sidecars and volumes, within the default limits.
    [Fact]
    public async Task Report_AsManyJobsAsMayBe_FitsTheLimitsOfBodies()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster(nodes: 2), ("api:planSeconds", "600"));
        var variables = string.Join(',', Enumerable.Range(0, 400).Select(i => $$"""{"name": "VARIABLE_{{i}}", "value": "{{new string('v', 30)}}"}"""));
        var large = Job.Replace("\"name\": \"c\",", $"\"name\": \"c\", \"env\": [{variables}],", StringComparison.Ordinal);
        var jobs = string.Join(',', Enumerable.Range(0, 256).Select(i => large.Replace("train", $"train-{i}", StringComparison.Ordinal)));
        Assert.InRange(jobs.Length, 6 << 20, 8 << 20);
        var (status, list) = await ApiServer.ReadAsync(api.AskAsync($$"""{"jobs": [{{jobs}}]}"""));
        Assert.Equal((200, 256), (status, list["reports"]!.AsArray().Count));
    }

    [Fact]
    public async Task Get_SameSnapshot_IsTaggedAndNotSentAgain()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        using var first = await api.GetAsync("/v1/topology");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Matches("^version=1, at=\"[0-9TZ:-]+\"$", first.Headers.GetValues("TopoScheduler-Snapshot").Single());
        using var again = await api.GetAsync("/v1/topology", ("If-None-Match", first.Headers.ETag!.Tag));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        using var other = await api.GetAsync("/v1/topology", ("If-None-Match", "\"x\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("/v1/capacity?gpusPerPod=0", "gpusPerPod", "a whole number from 1 to 1024")]
    [InlineData("/v1/capacity?at=noon", "at", "a time such as 2027-01-31T16:00:00Z")]
    [InlineData("/v1/capacity?gpus=1", "gpus", "one of gpusPerPod, at")]
    [InlineData("/v1/capacity?gpusPerPod=1&gpusPerPod=2", "gpusPerPod", "one value")]
    [InlineData("/v1/power?domain=rack/none", "domain", "kind/name of a power domain of the cluster")]
    [InlineData("/v1/topology?x=1", "x", "no parameter")]
    [InlineData("/v1/namespaces/ml/gangplacements/a%0Ab", "name", "the name of a GangPlacement")]
    [InlineData("/v1/namespaces/NO/gangplacements", "namespace", "at most 63 lower case letters, digits or \"-\", the first and last a letter or digit")]
    public async Task Get_WrongParameter_IsTold(string path, string field, string expected)
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        var (status, problem) = await ApiServer.ReadAsync(api.GetAsync(path));
        Assert.Equal((400, field, expected), (status, (string)problem["fields"]![0]!["field"]!, (string)problem["fields"]![0]!["expected"]!));
    }

    [Fact]
    public async Task Get_OtherTypesAccepted_IsRefusedOrAnswered()
    {
        await using var api = await ApiServer.StartAsync(TestServer.Cluster());
        Assert.Equal(406, (await ApiServer.ReadAsync(api.GetAsync("/v1/topology", ("Accept", "text/html")))).Status);
        Assert.Equal(200, (await ApiServer.ReadAsync(api.GetAsync("/v1/topology", ("Accept", "text/html, */*;q=0.1")))).Status);
    }

    [Fact]
    public async Task Routes_NotAskedFor_AreNotThere()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        using var answer = await server.Client.GetAsync(new Uri("/v1/openapi.json", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_ClusterNotKnown_IsToldWhenToAskAgain()
    {
        await using var api = await ApiServer.StartAsync(new Uri("http://127.0.0.1:1"));
        using var answer = await api.GetAsync("/v1/topology");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
    }

    // A replica that does not lead knows the cluster as well.
    [Fact]
    public async Task Get_AnotherReplicaLeads_IsAnswered()
    {
        await using var live = await FakeApiServer.StartAsync();
        for (var n = 0; n < 2; n++) live.Objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        await using var api = await ApiServer.StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));
        await UntilKnownAsync(api);
        Assert.Equal(503, (int)(await api.Server.Client.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        var (status, topology) = await ApiServer.ReadAsync(api.GetAsync("/v1/topology"));
        Assert.Equal((200, 2), (status, (int)topology["cluster"]!["nodeCount"]!));
    }

    [Fact]
    public async Task Gangs_OfTheCluster_AreThoseOfTheApiServer()
    {
        await using var live = await FakeApiServer.StartAsync();
        foreach (var (ns, name) in new[] { ("ml", "job-b"), ("ml", "job-a"), ("dev", "job-c") }) live.Objects.Put(GangObjects.Placements, Placement(ns, name));
        await using var api = await ApiServer.StartAsync(live, ("election:mode", "scheduler"), ("election:name", "nobody"));
        await UntilKnownAsync(api);
        Assert.Equal(["dev/job-c", "ml/job-a", "ml/job-b"], Names((await ApiServer.ReadAsync(api.GetAsync("/v1/gangplacements"))).Body));
        Assert.Equal(["ml/job-a", "ml/job-b"], Names((await ApiServer.ReadAsync(api.GetAsync("/v1/namespaces/ml/gangplacements"))).Body));
        var (status, gang) = await ApiServer.ReadAsync(api.GetAsync("/v1/namespaces/ml/gangplacements/job-a"));
        Assert.Equal((200, "GangReport", "job/ml/job-a", "Planned", "n-0001"), (status, (string)gang["kind"]!, (string)gang["gang"]!, (string)gang["phase"]!, (string)gang["members"]![1]!["node"]!));
        Assert.Equal(404, (await ApiServer.ReadAsync(api.GetAsync("/v1/namespaces/ml/gangplacements/job-z"))).Status);
    }

    [Fact]
    public async Task Gangs_OfANamespace_TakeTheRightInItAlone()
    {
        await using var secured = await SecuredServer.StartAsync();
        using var client = secured.Connect(secured.Api);
        client.DefaultRequestHeaders.Authorization = new("Bearer", ReviewDouble.Right);
        using var answer = await client.GetAsync(new Uri("/v1/namespaces/ml/gangplacements", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var wish = secured.Reviews.Asked.Last(a => a.Kind == "SubjectAccessReview").Spec["resourceAttributes"]!;
        Assert.Equal(("gangplacements", "list", "ml"), ((string)wish["resource"]!, (string)wish["verb"]!, (string)wish["namespace"]!));
        client.DefaultRequestHeaders.Authorization = new("Bearer", ReviewDouble.Unauthorised);
        var (status, problem) = await ApiServer.ReadAsync(client.GetAsync(new Uri("/v1/namespaces/ml/gangplacements", UriKind.Relative)));
        Assert.Equal((403, "system:serviceaccount:ml:bystander may not list gangplacements.toposcheduler.io in namespace ml."), (status, (string)problem["detail"]!));
    }

    private static async Task UntilKnownAsync(ApiServer api)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            using var answer = await api.GetAsync("/v1/topology");
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(50);
        }

        Assert.Fail("the cluster is not known within 60 s");
    }

    private static IEnumerable<string> Names(JsonNode list) => list["gangs"]!.AsArray().Select(g => $"{g!["namespace"]}/{g["name"]}");

    private static JsonObject Placement(string ns, string name) => JsonNode.Parse($$$"""
        {"apiVersion": "toposcheduler.io/v1alpha1", "kind": "GangPlacement", "metadata": {"name": "{{{name}}}", "namespace": "{{{ns}}}" },
         "spec": {"gang": {"kind": "Job", "name": "{{{name}}}" }, "size": 2, "min": 2, "gpus": 16},
         "status": {"phase": "Planned", "message": "m", "plan": [{"node": "n-0000", "members": "0"}, {"node": "n-0001", "members": "1"}], "conditions": [] } }
        """)!.AsObject();
}
