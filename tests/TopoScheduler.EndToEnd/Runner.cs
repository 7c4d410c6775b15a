using System.Diagnostics;

namespace TopoScheduler.EndToEnd;

/// <summary>Runs programs to their end.</summary>
internal static class Runner
{
    /// <summary>Standard output and standard error of a program; fails when it takes too long.</summary>
    public static async Task<(string Out, string Error)> RunAsync(ProcessStartInfo start, TimeSpan limit)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} did not end within {limit.TotalSeconds} s: {await error}");
        }

        return (await output, await error);
    }
}
