using System.Globalization;
using TopoScheduler.Cli.Commands;
using TopoScheduler.Cli.Tests.Sources;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Cli.Tests.Watching;

/// <summary><c>--watch</c>: what is written when, and how it ends.</summary>
public sealed class WatchTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("watched").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Loop_PagesThatChange_AreEachWrittenOnceBelowALine()
    {
        var pages = new Queue<string>(["one\n", "one\n", "two\n"]);

        var (code, text) = Watch(isTerminal: false, pages, () => null);

        Assert.Equal(0, code);
        Assert.Matches("^one\n--- [0-9T:-]+Z\ntwo\n$", text);
    }

    [Fact]
    public void Loop_SameStamp_IsNotReadAgain()
    {
        var stamps = new Queue<string>(["a", "a", "a", "b"]);
        var (_, text) = Watch(isTerminal: false, new(["one\n", "two\n"]), stamps.Dequeue);
        Assert.Contains("two", text, StringComparison.Ordinal);
        Assert.Empty(stamps);
    }

    [Fact]
    public void Loop_OnATerminal_DrawsOverThePageBeforeAndGivesTheCursorBack()
    {
        var (code, text) = Watch(isTerminal: true, new(["one\nlong line\n", "two\n"]), () => null);

        Assert.Equal(0, code);
        Assert.Equal("\e[?25l\e[2J\e[Hone\e[K\nlong line\e[K\n\e[J" + "\e[Htwo\e[K\n\e[J" + "\e[?25h", text);
    }

    [Fact]
    public void Redraw_PageTallerThanTheTerminal_IsCut() =>
        Assert.Equal("\e[Ha\e[K\nb\e[K\n... 3 more lines\e[K\n\e[J", WatchLoop.Redraw("a\nb\nc\nd\ne\n", isFirst: false, height: 4));

    [Fact]
    public async Task Watch_OfALiveCluster_ShowsWhatChangesAndGoesOnAfterAnError()
    {
        var down = false;
        await using var live = await FakeOfFile.StartAsync("samples/clusters/selene.yaml", new()
        {
            First = async context =>
            {
                if (!down) return false;
                await Testing.FakeApi.FakeApiServer.StatusAsync(context, 403, "Forbidden", "not now");
                return true;
            },
        });
        using var stop = new CancellationTokenSource();
        var output = new Pages();
        var console = new CliConsole { Out = output, Error = output, OpenInput = () => Stream.Null, Environment = _ => null, Home = "", Interrupted = stop.Token };

        var run = Task.Run(() => CommandLine.Run(["topology", "--kubeconfig", live.Kubeconfig, "--watch", "--interval", "1"], console));
        await output.Until(text => text.Contains("TOPOLOGY", StringComparison.Ordinal));
        down = true;
        await output.Until(text => text.Contains("error: GET /api/v1/nodes", StringComparison.Ordinal));
        down = false;
        await output.Until(text => text.IndexOf("TOPOLOGY", StringComparison.Ordinal) != text.LastIndexOf("TOPOLOGY", StringComparison.Ordinal));
        await stop.CancelAsync();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Watch_OfAFile_ReadsItAgainWhenItChanges()
    {
        var file = Path.Combine(_folder, "c.yaml");
        File.Copy("samples/clusters/selene.yaml", file);
        using var stop = new CancellationTokenSource();
        var output = new Pages();
        var console = new CliConsole { Out = output, Error = output, OpenInput = () => Stream.Null, Environment = _ => null, Home = "", Interrupted = stop.Token };

        var run = Task.Run(() => CommandLine.Run(["capacity", "--cluster", file, "--watch", "--interval", "1"], console));
        await output.Until(text => text.Contains("GPUs", StringComparison.Ordinal));
        File.Copy("samples/clusters/legacy-10kw.yaml", file, overwrite: true);
        await output.Until(text => text.Contains("--- ", StringComparison.Ordinal));
        await stop.CancelAsync();

        Assert.Equal(0, await run);
    }

    [Fact]
    public void Loop_SameStamp_IsReadAgainAtTheMomentTheAnswerNamed()
    {
        var time = new ManualTime();
        var moment = time.GetUtcNow() + TimeSpan.FromHours(1);
        var (looks, told) = (0, new Queue<DateTimeOffset?>([moment.AddHours(2), null]));
        var (_, text) = Watch(
            isTerminal: false, new(["one\n", "two\n"]),
            () =>
            {
                // Twice a minute before, then at the moment.
                if (++looks is 2 or 4) time.Advance(TimeSpan.FromMinutes(looks == 2 ? 59 : 1));
                Assert.InRange(looks, 1, 4);
                return "same";
            },
            time,
            console =>
            {
                if (told.Dequeue() is not { } later) return;
                console.ChangesAt!(later);
                console.ChangesAt!(moment);
            });

        Assert.Equal("one\n--- 2030-01-01T01:00:00Z\ntwo\n", text);
        Assert.Equal(4, looks);
    }

    [Theory]
    [InlineData("power", "2027-01-27T15:59:59Z", 1)]
    [InlineData("capacity", "2027-01-27T15:59:59Z", 1)]
    [InlineData("power", "2027-01-27T18:59:59Z", 1)]
    [InlineData("report --job tests/cases/demand-response/job.yaml", "2027-01-27T12:59:59Z", 2)]
    public async Task Watch_OfAFileWithAPowerWindow_IsWrittenAnewWhenItOpensEndsOrIsRunInto(string command, string from, int seconds)
    {
        const string cluster = "tests/cases/demand-response/cluster.yaml";
        var time = new ManualTime();
        time.SetWallClock(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture) - time.GetUtcNow());
        using var stop = new CancellationTokenSource();
        var output = new Pages();
        var console = new CliConsole { Out = output, Error = output, OpenInput = () => Stream.Null, Environment = _ => null, Home = "", Time = time, Interrupted = stop.Token };

        var run = Task.Run(() => CommandLine.Run([.. command.Split(' '), "--cluster", cluster, "--watch", "--interval", "1"], console));
        await output.Until(text => text.Length > 0);
        var first = output.ToString();
        time.Advance(TimeSpan.FromSeconds(seconds));
        await output.Until(text => text.Contains("--- ", StringComparison.Ordinal));
        await stop.CancelAsync();

        Assert.Equal(0, await run);
        Assert.StartsWith(first + "--- 2027-01-27T", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report --job samples/jobs/pretrain-24x8.yaml")]
    [InlineData("explain node n1")]
    [InlineData("topology")]
    [InlineData("capacity")]
    [InlineData("power")]
    [InlineData("placements")]
    public void Watch_Html_IsRefused(string command)
    {
        var run = CliHarness.Run([.. command.Split(' '), "--cluster", "samples/clusters/selene.yaml", "--watch", "-o", "html"]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains("option --output=\"html\": one page cannot follow another with --watch; expected text, wide, markdown, json or yaml, or no --watch.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_StandardInput_IsRefused()
    {
        var run = CliHarness.Run("topology", "--cluster", "-", "--watch");
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains("option --watch: standard input can be read once", run.Error, StringComparison.Ordinal);
    }

    // Runs until the pages are used up.
    private static (int Code, string Text) Watch(bool isTerminal, Queue<string> pages, Func<string?> stamp, TimeProvider? time = null, Action<CliConsole>? asked = null)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter { NewLine = "\n" };
        var console = new CliConsole { Out = output, Error = output, OpenInput = () => Stream.Null, IsTerminal = isTerminal, TerminalHeight = isTerminal ? 24 : null, Interrupted = stop.Token };
        if (time is not null) console = console with { Time = time };
        var code = new WatchLoop(console, Pause).Run(stamp, page =>
        {
            page.Out.Write(pages.Dequeue());
            asked?.Invoke(page);
            if (pages.Count == 0) stop.Cancel();
            return 0;
        });
        return (code, output.ToString());
    }

    /// <summary>What has been written so far, for a test that waits for it.</summary>
    private sealed class Pages : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public async Task Until(Func<string, bool> holds)
        {
            for (var i = 0; i < 600; i++)
            {
                lock (_lock)
                {
                    if (holds(ToString())) return;
                }

                await Task.Delay(100);
            }

            Assert.Fail(ToString());
        }
    }
}
