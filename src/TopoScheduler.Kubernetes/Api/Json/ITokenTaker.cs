using System.Text.Json;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>Takes the tokens of a <see cref="JsonFeed"/>, which may pause between any two of them to wait for bytes.</summary>
internal interface ITokenTaker
{
    /// <summary>Takes one token; true when something is complete and the feed should stop here.</summary>
    bool Take(ref Utf8JsonReader reader);
}
