namespace TopoScheduler.Testing.Permissions;

/// <summary>The tables of <c>docs/reference/permissions.md</c>: what each mode and option needs.</summary>
public sealed class PermissionPage
{
    private readonly List<(Permission Permission, string When)> _rows = [];

    private PermissionPage()
    {
    }

    /// <summary>What taking gates off at the end needs.</summary>
    public IReadOnlyCollection<Permission> AtTheEnd { get; private set; } = [];

    /// <summary>Reads the page.</summary>
    /// <param name="root">The repository.</param>
    public static PermissionPage Load(string root)
    {
        var page = new PermissionPage();
        var end = new List<Permission>();
        foreach (var line in File.ReadLines(Path.Combine(root, "docs", "reference", "permissions.md")).Where(l => l.StartsWith('|')))
        {
            var cells = line.Trim('|').Split('|').Select(c => c.Trim().Trim('`')).ToArray();
            if (cells[0] == "API group" || cells[0].StartsWith("---", StringComparison.Ordinal)) continue;
            foreach (var verb in cells[2].Split(',', StringSplitOptions.TrimEntries))
            {
                var permission = new Permission(cells[0], cells[1], verb);
                if (cells.Length == 5) page._rows.Add((permission, cells[3]));
                else end.Add(permission);
            }
        }

        page.AtTheEnd = end;
        return page;
    }

    /// <summary>What a mode needs with these options.</summary>
    /// <param name="mode"><c>controller</c>, <c>extender</c> or <c>advisory</c>.</param>
    /// <param name="rankMaps"><c>gangs.rankMaps</c>.</param>
    /// <param name="scaleUp"><c>gangs.scaleUp</c>.</param>
    /// <param name="tokens"><c>telemetry.push</c>, <c>api.enabled</c> or <c>listen.grpcUrl</c>, without <c>access.tokenFile</c>.</param>
    public IReadOnlySet<Permission> For(string mode, bool rankMaps = true, string scaleUp = "none", bool tokens = false) =>
        _rows.Where(r => r.When == "telemetry.push, api.enabled, listen.grpcUrl" ? tokens : IsNeeded(r.When, mode, rankMaps, scaleUp)).Select(r => r.Permission).ToHashSet();

    private static bool IsNeeded(string when, string mode, bool rankMaps, string scaleUp) => when switch
    {
        "always" => true,
        "gangs.rankMaps" => mode == "controller" && rankMaps,
        "gangs.scaleUp" => mode == "controller" && scaleUp != "none",
        "gangs.scaleUp: provisioning-request" => mode == "controller" && scaleUp == "provisioning-request",
        _ => when.Split(',', StringSplitOptions.TrimEntries) is var modes && modes.All(m => m is "controller" or "extender")
            ? modes.Contains(mode) : throw new InvalidDataException($"docs/reference/permissions.md: when \"{when}\" means nothing"),
    };
}
