using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>Where the programs of a control plane are: the rule of <c>tests/control-plane.sh</c>, which builds them.</summary>
internal static partial class ControlPlaneBinaries
{
    private const string Assets = "KUBEBUILDER_ASSETS";
    private const string Built = "1.20.2-2";

    private static readonly string[] Names = ["etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager"];
    private static readonly Lazy<Version> Asked = new(AskVersion);

    /// <summary>The folder that holds them, or should.</summary>
    public static string Folder { get; } = Find();

    /// <summary>What is not there, and the command that would run these tests; null when all is there.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Version of Kubernetes, as kube-apiserver tells it.</summary>
    public static Version Version => Asked.Value;

    /// <summary>Full path of a program.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string Find()
    {
        if ((Variable(Assets) ?? Variable("TOPOSCHEDULER_CONTROL_PLANE")) is { } named) return named;
        var cache = Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "toposcheduler", "control-plane", Built);
    }

    private static string? FindMissing()
    {
        var absent = string.Join(", ", Names.Where(name => !File.Exists(PathOf(name))));
        if (absent.Length == 0) return null;
        return Variable(Assets) is null
            ? $"no {absent} in {Folder}: ./test.sh --control-plane builds them on Debian, once, and runs this test."
            : $"no {absent} in {Folder}, which {Assets} names: put them there, or build all of them and run this test with: env -u {Assets} ./test.sh --control-plane";
    }

    private static Version AskVersion()
    {
        var start = new ProcessStartInfo(PathOf("kube-apiserver"), "--version") { RedirectStandardOutput = true, RedirectStandardError = true };
        var (said, error) = Task.Run(() => Runner.RunAsync(start, TimeSpan.FromSeconds(30))).GetAwaiter().GetResult();
        var match = Number().Match(said);
        Assert.True(match.Success, $"kube-apiserver --version said \"{said}{error}\"");
        return Version.Parse(match.Value);
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Number();
}
