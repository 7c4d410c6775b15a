namespace TopoScheduler.Benchmarks;

/// <summary>The ladder of verbs: filter and prioritize at 100 to 15,000 names, inside and over HTTP, against the plain handler on the same Kestrel.</summary>
public static class VerbLadder
{
    // The runtime compiles a hot method twice more, a tenth of a second after the last new one was met: all cases run for a while before the first is measured.
    private const int FirstWarmUpMilliseconds = 6000;
    private const int WarmUpMilliseconds = 1000;
    private static readonly int[] NodeCounts = [100, 1_000, 5_000, 15_000];

    /// <summary>Measures all cases and prints them.</summary>
    public static List<VerbCase> Run(TextWriter output)
    {
        var cases = new List<VerbCase>();
        output.WriteLine(VerbCase.Head);
        foreach (var count in NodeCounts)
        {
            Climb(new(count), cases.Count == 0 ? FirstWarmUpMilliseconds : WarmUpMilliseconds, found =>
            {
                cases.Add(found);
                output.WriteLine(found.Row);
            });
        }

        return cases;
    }

    private static void Climb(VerbScene scene, int warmUpMilliseconds, Action<VerbCase> found)
    {
        var body = VerbCase.Request(scene.State.Current);
        var pieces = new VerbPieces(scene.Verbs, body);
        pieces.Filter();
        var filtered = scene.SaidBoth(pieces.Answer, scene.Plain.Filter(body));
        pieces.Prioritize();
        var prioritized = scene.SaidBoth(pieces.Answer, scene.Plain.Prioritize(body));
        using var servers = new VerbServers(scene, filtered, prioritized);
        using var filters = new VerbConnections(servers, "filter", body);
        using var priorities = new VerbConnections(servers, "prioritize", body);
        (string Verb, string Door, Turns Turns)[] rungs =
        [
            ("filter", "inside", Inside(() => { }, pieces.Filter, scene.Plain.Filter)),
            ("prioritize", "inside", Inside(() => { }, pieces.Prioritize, scene.Plain.Prioritize)),
            ("filter", "inside-changing", Inside(scene.Change, pieces.Filter, scene.Plain.Filter)),
            ("prioritize", "inside-changing", Inside(scene.Change, pieces.Prioritize, scene.Plain.Prioritize)),
            ("filter", "http", new(() => { }, true, filters.Asks)),
            ("prioritize", "http", new(() => { }, true, priorities.Asks)),
            ("filter", "http-changing", new(scene.Change, true, filters.Asks)),
            ("prioritize", "http-changing", new(scene.Change, true, priorities.Asks)),
        ];
        Turns.WarmUp([.. rungs.Select(rung => rung.Turns)], warmUpMilliseconds);
        foreach (var (verb, door, turns) in rungs)
        {
            var sides = turns.Measure();
            found(new(verb, door, scene.State.Current.Nodes.Length, body.Length, sides[0], sides[1], sides.Length > 2 ? sides[2] : null));
        }

        Turns Inside(Action prepare, Action ours, Func<byte[], byte[]> plain) => new(prepare, false, ours, () => plain(body));
    }
}
