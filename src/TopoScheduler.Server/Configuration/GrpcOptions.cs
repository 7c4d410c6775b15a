using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>The limits of gRPC that are not those of the whole API (<see cref="ApiOptions"/>). It is served where <see cref="ListenOptions.GrpcUrl"/> is given.</summary>
public sealed class GrpcOptions
{
    /// <summary>MiB of the largest answer.</summary>
    /// <value>Default 64; more sends larger answers, less takes less memory.</value>
    [Range(1, 1024, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int AnswerMiB { get; set; } = 64;

    /// <summary>How many watches and pushes may be open at a time.</summary>
    /// <value>Default 64; more lets more people watch, less takes less memory.</value>
    [Range(1, 10_000, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int Watches { get; set; } = 64;

    /// <summary>Milliseconds between two messages of a watch, at least.</summary>
    /// <value>Default 1000; more works less, less tells sooner.</value>
    [Range(50, 60_000, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int WatchMilliseconds { get; set; } = 1_000;
}
