namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>Tests that share one <see cref="SmallPlane"/>, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SmallPlaneGroup : ICollectionFixture<SmallPlane>
{
    /// <summary>Its name.</summary>
    public const string Name = "small plane";
}
