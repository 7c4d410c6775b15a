using System.Diagnostics;
using System.Globalization;
using System.Text;
using TopoScheduler.Kubernetes.Files;
using Xunit.Abstractions;

namespace TopoScheduler.Kubernetes.Tests.Bad;

/// <summary>
/// Inputs of about a megabyte that are made to be slow: thousands of something that files have a handful of. Reading stays linear in memory and ends: each is
/// answered or refused, whatever repeats, and says only so much about it.
/// </summary>
public sealed class HugeInputTests(ITestOutputHelper output)
{
    private const long MostBytes = 64L << 20;
    private const long MostBytesPerCharacter = 400;

    private static readonly bool Thorough = Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ") is { Length: > 0 };

    // When asked, enough to see what is not linear; in the inner loop, on a machine that is busy, what is not bounded and what hangs.
    private static readonly int Many = Thorough ? 50_000 : 5_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(Thorough ? 10 : 60);

    private const string Job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    ";
    private const string Containers = "spec: {containers: [{name: c}]}\n";

    public static TheoryData<string> Names => [.. Inputs.Keys];

    private static Dictionary<string, Func<string>> Inputs { get; } = new()
    {
        ["unknown annotations"] = () => Job + "metadata: {annotations: {" + List(i => $"toposcheduler.io/x{i}: a") + "}}\n    " + Containers,
        ["other schedulers' annotations"] = () => Job + "metadata: {annotations: {" + List(i => $"kai.scheduler/topology-{i}: a") + "}}\n    " + Containers,
        ["annotations that are lists"] = () => Job + "metadata: {annotations: {" + List(i => $"a{i}: []") + "}}\n    " + Containers,
        ["wrong quantities"] = () => Job + "spec: {containers: [{resources: {limits: {" + List(i => $"example.com/r{i}: lots") + "}}}]}\n",
        ["resources"] = () => Job + "spec: {containers: [{resources: {limits: {" + List(i => $"example.com/r{i}: 1") + "}}}]}\n",
        ["containers"] = () => Job + "spec: {containers: [" + List(_ => "{resources: {limits: {nvidia.com/gpu: 0}}}") + "]}\n",
        ["containers of nothing"] = () => Job + "spec: {containers: [" + List(_ => "a") + "]}\n",
        ["tolerations"] = () => Job + "spec: {containers: [{}], tolerations: [" + List(i => $"{{key: k{i}, operator: What}}") + "]}\n",
        ["host ports"] = () => Job + "spec: {containers: [{ports: [" + List(i => $"{{hostPort: {i + 1}}}") + "]}]}\n",
        ["affinity terms"] = () => Job + "spec: {containers: [{}], affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [" + List(_ => "{labelSelector: {}}") + "]}}}\n",
        ["claims"] = () => Job + "spec: {containers: [{}], volumes: [" + List(i => $"{{name: v{i}, persistentVolumeClaim: {{claimName: c{i}}}}}") + "]}\n",
        ["degrees"] = () => Job + "metadata: {annotations: {toposcheduler.io/parallelism: '" + List(_ => "tp=1") + "'}}\n    " + Containers,
        ["repeated keys"] = () => Job + "metadata: {annotations: {" + List(_ => "a: b") + "}}\n    " + Containers,
        ["merge keys"] = () => "m: &m {a: b, c: d}\n" + Job + "metadata: {annotations: {" + string.Join(", ", Enumerable.Repeat("<<: *m", 5_000)) + "}}\n    " + Containers,
        ["anchors"] = () => "m: [" + List(i => $"&a{i} x") + "]\n" + Job + Containers,
        ["a bomb just below the limit"] = () => Bomb() + Job + "spec: {containers: [*a4, *a4], tolerations: *a4}\n",
        ["pods of one gang"] = () => Documents(i => $"{{apiVersion: v1, kind: Pod, metadata: {{name: p-{i}, annotations: {{toposcheduler.io/gang: g}}}}, spec: {{containers: [{{}}]}}}}"),
        ["pods that differ"] = () => Documents(i => $"{{apiVersion: v1, kind: Pod, metadata: {{name: p-{i}, annotations: {{toposcheduler.io/gang: g}}}}, spec: {{containers: [{{resources: {{limits: {{cpu: {i + 1}}}}}}}]}}}}"),
        ["jobs of one name"] = () => Documents(_ => "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {containers: [{}]}}}}"),
        ["replicated jobs"] = () => "apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata: {name: s}\nspec: {replicatedJobs: [" + List(i => $"{{name: w{i}, template: {{spec: {{template: {{spec: {{containers: [{{}}]}}}}}}}}}}") + "]}\n",
        ["kinds"] = () => Documents(i => $"{{apiVersion: v1, kind: K{i}}}"),
        ["things that are no objects"] = () => "[" + List(_ => "1") + "]",
        ["node labels of ours"] = () => Documents(i => i > 0 ? "" : "{apiVersion: v1, kind: Node, metadata: {name: n, labels: {" + List(j => $"toposcheduler.io/rack-power-budget-{j}: a") + "}}}"),
        ["nodes of one name"] = () => Documents(i => $"{{apiVersion: v1, kind: Node, metadata: {{name: n, uid: u{i % 7}, labels: {{toposcheduler.io/rack: 'r {i}'}}}}}}"),
        ["taints"] = () => Documents(i => i > 0 ? "" : "{apiVersion: v1, kind: Node, metadata: {name: n}, spec: {taints: [" + List(_ => "{key: a, effect: X}") + "]}}"),
        ["one long text"] = () => Job + "metadata: {annotations: {toposcheduler.io/model: " + new string('x', 4 << 20) + "}}\n    " + Containers,
        ["one long line of blanks"] = () => Job + Containers + new string(' ', 4 << 20) + "\n",
        ["opening brackets"] = () => new string('[', 4 << 20),
        ["opening braces"] = () => new string('{', 1 << 20),
        ["dashes"] = () => string.Concat(Enumerable.Repeat("- ", 1 << 20)),
        ["question marks"] = () => string.Concat(Enumerable.Repeat("? ", 1 << 18)),
        ["colons"] = () => string.Concat(Enumerable.Repeat("a: ", 1 << 18)),
        ["JSON of deep arrays"] = () => "{\"a\":" + new string('[', 1 << 20),
        ["JSON in many pieces"] = () => string.Concat(Enumerable.Repeat("{\"kind\":\"X\"}", Many)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_HugeInput_TakesLinearTimeAndMemory(string name)
    {
        var text = Inputs[name]();
        var (time, allocated, told) = Read(text);
        if (time > Longest)
        {
            // A busy machine may have held the thread; the input itself is slow only if it is slow again.
            time = Read(text).Time;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {text.Length >> 10} KiB, {time.TotalMilliseconds:F0} ms, {allocated >> 20} MiB allocated, {told}"));
        Assert.InRange(time, TimeSpan.Zero, Longest);
        Assert.InRange(allocated, 0, MostBytes + (MostBytesPerCharacter * text.Length));
    }

    private static (TimeSpan Time, long Allocated, string Told) Read(string text)
    {
        var start = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var told = $"{Told(() => JobReader.ReadText(text, "huge").Problems.Length)}, {Told(() => ClusterReader.ReadText(text, "huge").Problems.Length)}";
        return (Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before, told);
    }

    private static string Told(Func<int> read)
    {
        try
        {
            return $"{read()} problems";
        }
        catch (InputException e)
        {
            Assert.InRange(e.Message.Length, 1, 1000);
            return "refused";
        }
    }

    private static string List(Func<int, string> item) => string.Join(", ", Enumerable.Range(0, Many).Select(item));

    private static string Documents(Func<int, string> item)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Many; i++)
        {
            text.Append(item(i)).Append("\n---\n");
        }

        return text.ToString();
    }

    private static string Bomb() =>
        "a0: &a0 [" + string.Join(", ", Enumerable.Repeat("{name: c}", 10)) + "]\n"
        + string.Concat(Enumerable.Range(1, 4).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
}
