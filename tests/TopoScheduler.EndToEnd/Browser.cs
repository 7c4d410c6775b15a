using System.Diagnostics;

namespace TopoScheduler.EndToEnd;

/// <summary>What a visit of a page showed.</summary>
/// <param name="Dom">The page after it was loaded, as HTML.</param>
/// <param name="Console">What the page made the browser say: script errors, refused requests, violations of the policy.</param>
/// <param name="Requests">Everything the browser asked for beside the page itself: <c>GET http://outside.test/x.png</c>.</param>
internal sealed record Visit(string Dom, IReadOnlyList<string> Console, IReadOnlyList<string> Requests);

/// <summary>
/// Chromium without a window. The page comes from a server on loopback that is the browser's proxy too, so nothing the page asks of any host goes
/// unseen, and nothing leaves this machine.
/// </summary>
internal static class Browser
{
    /// <summary>Why browser tests were skipped.</summary>
    public const string Missing = "Chromium is not installed (TOPOSCHEDULER_CHROMIUM may name one; ./test.sh --browser installs it on Debian).";

    private const int MostSeconds = 60;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    // The last lines keep the browser from calling home, so that what is asked for is asked for by the page.
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--enable-logging=stderr", "--v=0",
        "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-pings",
        "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--disable-features=OptimizationHints,MediaRouter",
    ];

    // Whom it calls all the same: its maker, for its clock, its components, its accounts. What a page could want of that maker is no such call.
    private static readonly string[] Home = [".google.com", ".googleapis.com", ".gvt1.com", ".gvt2.com"];
    private static readonly string[] ForPages = ["www.google.com", "fonts.googleapis.com", "ajax.googleapis.com", "maps.googleapis.com", "storage.googleapis.com"];

    /// <summary>The browser's program; null when there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Visits the first page; the others are there for it to fetch.</summary>
    public static async Task<Visit> VisitAsync(params (string Path, string Html)[] pages)
    {
        Assert.True(Path is not null, Missing);
        using var server = new PageServer(pages);
        var profile = Directory.CreateTempSubdirectory("toposched-browser-");
        try
        {
            var start = new ProcessStartInfo(Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var flag in Flags) start.ArgumentList.Add(flag);
            start.ArgumentList.Add($"--user-data-dir={profile.FullName}");
            start.ArgumentList.Add($"--proxy-server=127.0.0.1:{server.Port}");
            start.ArgumentList.Add("--proxy-bypass-list=<-loopback>");
            start.ArgumentList.Add("--dump-dom");
            start.ArgumentList.Add($"http://{PageServer.Host}/{pages[0].Path}");
            var (dom, log) = await Runner.RunAsync(start, TimeSpan.FromSeconds(MostSeconds));
            return new(dom, [.. log.Split('\n').Where(l => l.Contains("CONSOLE", StringComparison.Ordinal))], [.. server.Asked.Where(a => !IsHome(a))]);
        }
        finally
        {
            Delete(profile);
        }
    }

    // "CONNECT host:443" or "GET http://host/path". Its probes of the network are HEAD; no page without script sends one.
    private static bool IsHome(string asked)
    {
        if (asked.StartsWith("HEAD ", StringComparison.Ordinal)) return true;
        var target = asked[(asked.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (!Uri.TryCreate(target.Contains("://", StringComparison.Ordinal) ? target : $"https://{target}", UriKind.Absolute, out var address)) return false;
        return !ForPages.Contains(address.Host) && Home.Any(h => address.Host.EndsWith(h, StringComparison.Ordinal));
    }

    private static void Delete(DirectoryInfo profile)
    {
        try
        {
            profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser may still be closing a file there; the system's own clean-up takes it.
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TOPOSCHEDULER_CHROMIUM") is { Length: > 0 } named) return File.Exists(named) ? named : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(f => System.IO.Path.Combine(f, name))).FirstOrDefault(File.Exists);
    }
}
