namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Labels on the objects we make ourselves, by which they are found.</summary>
public static class ObjectLabels
{
    private const int MostCharacters = 63;

    /// <summary>The gang placement an object belongs to.</summary>
    public const string GangPlacement = AnnotationKeys.Prefix + "gang-placement";

    /// <summary>A name as the value of a label: names may be longer than labels, so a long one is cut where a label may end.</summary>
    public static string ValueOf(string name) => name.Length <= MostCharacters ? name : name[..MostCharacters].TrimEnd('-', '.', '_');
}
