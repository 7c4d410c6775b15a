using System.Text.RegularExpressions;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Tests.Placements;

public sealed partial class GangPlacementNameTests
{
    [Theory]
    [InlineData("Job", "llama", "job-llama")]
    [InlineData("JobSet", "llama-3.1", "jobset-llama-3.1")]
    [InlineData("Pod", "My Gang!", "pod-my-gang")]
    [InlineData("Pod", "a..b", "pod-a--b")]
    [InlineData("Pod", "a.-b-.c._d", "pod-a--b--c--d")]
    [InlineData("Pod", ".a.", "pod--a")]
    [InlineData("Pod", "\u00c4\U0001F600", "pod")]
    public void Of_Gang_IsKindAndNameForPeople(string kind, string name, string stem) =>
        Assert.Matches($"^{Regex.Escape(stem)}-[bcdfghjklmnpqrstvwxz2456789]{{5}}$", GangPlacementName.Of(new("ml", kind, name, "uid")));

    [Fact]
    public void Of_AnyGang_IsANameOfItsOwn()
    {
        const string Letters = "abcXYZ019---...__ /\u00e9\u0130\u2126!";
        var seen = new Dictionary<string, GangKey>();
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var name = new string([.. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(190, 400) : random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)])]);
            var gang = new GangKey("ml", random.Next(2) == 0 ? "Job" : "LeaderWorkerSet", name, random.Next(2) == 0 ? "" : $"uid-{random.Next(9)}", random.Next(3));
            foreach (var key in (GangKey[])[gang, gang with { Uid = gang.Uid + "x" }, gang with { Restart = gang.Restart + 1 }, gang with { Kind = "Other" }])
            {
                var text = GangPlacementName.Of(key);
                Assert.True(text.Length <= 253 && Subdomain().IsMatch(text), $"seed {seed}: {text}");
                Assert.Equal(text, GangPlacementName.Of(key));
                Assert.True(seen.TryAdd(text, key) || seen[text] == key, $"seed {seed}: {key} and {seen[text]} are both {text}");
            }
        }
    }

    // RFC 1123 as the API server has it.
    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();
}
