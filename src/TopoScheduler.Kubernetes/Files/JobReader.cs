using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>The gangs of a job file.</summary>
/// <param name="Gangs">In the order of the file.</param>
/// <param name="Problems">Objects that are no job, and objects that could not be read.</param>
public sealed record JobContent(ImmutableArray<Gang> Gangs, ImmutableArray<Problem> Problems);

/// <summary>Reads job manifests: Pods grouped by annotation, Job, JobSet, LeaderWorkerSet, MPIJob, PyTorchJob.</summary>
public static class JobReader
{
    /// <summary>Reads a job file.</summary>
    /// <param name="path">A file, a folder, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static JobContent Read(string path, Stream? standardInput = null) => throw new NotImplementedException();
}
