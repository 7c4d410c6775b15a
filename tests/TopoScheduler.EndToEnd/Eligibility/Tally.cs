using System.Text;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>How often each feature, and each thing it uses, was in a pod that fits and in one that does not.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, (int Fits, int Refused)> _features = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (int Fits, int Refused)> _tags = new(StringComparer.Ordinal);

    /// <summary>Cases that fit.</summary>
    public int Fits { get; private set; }

    /// <summary>Cases in all.</summary>
    public int All { get; private set; }

    /// <summary>Counts a case. Where several features are at work none of them has decided for certain.</summary>
    public void Add(EligibilityCase item, bool fits)
    {
        All++;
        Fits += fits ? 1 : 0;
        if (item.Scene.Features is not [var feature]) return;
        Count(_features, feature.Name, fits);
        foreach (var tag in item.Tags) Count(_tags, tag, fits);
    }

    /// <summary>Fails where something was not tried often enough both ways: then the test says nothing of it.</summary>
    public void AssertEverythingDecided(int eachFeature, int eachTag)
    {
        var missing = SceneMaker.Features.Where(f => !_features.ContainsKey(f.Name)).Select(f => f.Name);
        var rare = Rare(_features, eachFeature).Concat(Rare(_tags, eachTag));
        Assert.Empty(missing.Concat(rare));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine($"{All} cases, {Fits} fit");
        foreach (var (name, (fits, refused)) in _features.Concat(_tags)) text.AppendLine($"{name,-40}{fits,6} fit{refused,6} refused");
        return text.ToString();
    }

    private static IEnumerable<string> Rare(SortedDictionary<string, (int Fits, int Refused)> counts, int least) =>
        counts.Where(c => c.Value.Fits < least || c.Value.Refused < least).Select(c => $"{c.Key}: {c.Value.Fits} fit, {c.Value.Refused} refused, expected {least} of each");

    private static void Count(SortedDictionary<string, (int Fits, int Refused)> counts, string name, bool fits)
    {
        var (yes, no) = counts.GetValueOrDefault(name);
        counts[name] = fits ? (yes + 1, no) : (yes, no + 1);
    }
}
