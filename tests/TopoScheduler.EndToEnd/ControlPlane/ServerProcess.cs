using System.Diagnostics;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A server as its own process with its output in a file. It does not outlive the test run, even if that is killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int TailLines = 25;

    // The server takes the place of this shell and keeps its process id. Beside it a reader waits at a pipe from the test run: a line says that the
    // server has been stopped; the end of the pipe, that the test run is gone and that the server has to go too.
    private const string Script = """
        log=$1; shift
        exec 3<&0
        (read -r word <&3 || kill -KILL $$) > /dev/null 2>&1 &
        exec "$@" < /dev/null >> "$log" 2>&1 3<&-
        """;

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _log;

    private ServerProcess(string name, Process process, string log)
    {
        Name = name;
        _process = process;
        _log = log;
        Id = process.Id;
    }

    /// <summary>What it is called in failures.</summary>
    public string Name { get; }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>It has ended, by itself or stopped.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>All lines of its output up to now.</summary>
    public IReadOnlyList<string> Lines => ReadLog();

    /// <summary>The last lines of its output.</summary>
    public string Tail => $"last lines of {Name} ({_log}):\n{string.Join('\n', ReadLog().TakeLast(TailLines))}";

    /// <summary>Starts a program; its output is added to the log file.</summary>
    public static ServerProcess Start(string name, string program, IEnumerable<string> arguments, string log)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, WorkingDirectory = Path.GetDirectoryName(log)! };
        foreach (var argument in (string[])["-c", Script, name, log, program, .. arguments]) start.ArgumentList.Add(argument);
        return new(name, Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start"), log);
    }

    /// <summary>Waits until a question about it is answered with yes; fails with its last lines when it ends or the time is up.</summary>
    public async Task WaitUntilAsync(string what, TimeSpan limit, Func<CancellationToken, Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            while (!await HoldsAsync(holds, patience.Token))
            {
                Assert.False(HasExited, $"{Name} ended before it was {what}; {Tail}");
                await Task.Delay(50, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{Name} was not {what} within {limit.TotalSeconds} s; {Tail}");
        }
    }

    // A server that is about to start may take a connection and never answer on it: one question must not use up all patience.
    private static async Task<bool> HoldsAsync(Func<CancellationToken, Task<bool>> holds, CancellationToken patience)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(patience);
        attempt.CancelAfter(AttemptLimit);
        try
        {
            return await holds(attempt.Token);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks it to end (SIGTERM) or ends it at once (SIGKILL), and waits until it has ended.</summary>
    public async Task StopAsync(bool politely = false)
    {
        if (!_process.HasExited)
        {
            if (politely) await Runner.RunAsync(Signal("TERM"), StopLimit);
            else _process.Kill();
        }

        using var patience = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(patience.Token);
        await ReleaseReaderAsync();
    }

    /// <summary>Stops it for a while (SIGSTOP): its connections stay open and nothing is answered.</summary>
    public Task PauseAsync() => Runner.RunAsync(Signal("STOP"), StopLimit);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ResumeAsync() => Runner.RunAsync(Signal("CONT"), StopLimit);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private ProcessStartInfo Signal(string signal) =>
        new("/bin/sh") { ArgumentList = { "-c", $"kill -{signal} {Id}" }, RedirectStandardOutput = true, RedirectStandardError = true };

    private async Task ReleaseReaderAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync("stopped");
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was released before.
        }
    }

    private string[] ReadLog()
    {
        if (!File.Exists(_log)) return [];
        using var stream = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
