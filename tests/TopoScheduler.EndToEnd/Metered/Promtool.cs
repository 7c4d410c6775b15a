using System.Diagnostics;

namespace TopoScheduler.EndToEnd.Metered;

/// <summary>promtool, which knows what Prometheus takes and how metrics are to be named.</summary>
internal static class Promtool
{
    /// <summary>Runs it; fails the test unless it finds nothing, not even something to advise.</summary>
    public static async Task AssertCleanAsync(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo(PrometheusBinary.Promtool!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var said = await output + await error;
        Assert.True(process.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {said}");
    }
}
