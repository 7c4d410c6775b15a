using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Saving;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Cli.Commands;

/// <summary>Where a command reads the cluster: a file, or a live cluster. Whoever is asked of a server does not read one.</summary>
internal abstract record ClusterSource
{
    /// <summary>The path when it is a file, a folder or <c>-</c>; else null.</summary>
    public virtual string? Path => null;

    /// <summary>Namespace of jobs that name none.</summary>
    public virtual string Namespace => "default";

    /// <summary>Nodes, pods and power domains.</summary>
    /// <param name="withJobs">Jobs are to be placed: what they may refer to is read too.</param>
    /// <exception cref="InputException">The file, or the way to the cluster, cannot be read.</exception>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    /// <exception cref="ApiUnavailableException">The cluster does not answer.</exception>
    public abstract ClusterContent Content(bool withJobs);

    /// <summary>What the planner reads of every object, to be saved.</summary>
    /// <param name="numbersNames">Names are replaced by numbers of the same order.</param>
    public abstract SavedCluster Saved(bool numbersNames);

    /// <summary>The cluster with what waits in it.</summary>
    /// <param name="asked">Gangs that are needed whole though nothing of them waits.</param>
    public abstract ClusterSituation Situation(Func<SituationPod, bool> asked);

    /// <summary>The placements of gangs, as objects.</summary>
    public abstract IReadOnlyList<Tree> Placements(string? ns);

    /// <summary>Something that is another whenever the answer may be another; null: it has to be read to know.</summary>
    public virtual string? Stamp() => null;

    /// <summary>A file, a folder or standard input.</summary>
    /// <param name="Name">The path.</param>
    /// <param name="Console">Has the standard input.</param>
    internal sealed record OfFile(string Name, CliConsole Console) : ClusterSource
    {
        /// <inheritdoc/>
        public override string Path => Name;

        /// <inheritdoc/>
        public override ClusterContent Content(bool withJobs) => ClusterReader.Read(Name, Input());

        /// <inheritdoc/>
        public override SavedCluster Saved(bool numbersNames) => SavedCluster.OfFile(Name, Input(), numbersNames);

        /// <inheritdoc/>
        public override ClusterSituation Situation(Func<SituationPod, bool> asked) => SituationReader.Read(Name, Input(), asked);

        /// <inheritdoc/>
        public override IReadOnlyList<Tree> Placements(string? ns) => PlacementListing.OfFile(Name, Input(), ns);

        /// <inheritdoc/>
        public override string? Stamp()
        {
            if (Name == "-") return "";
            var files = Directory.Exists(Name) ? Directory.GetFiles(Name) : [Name];
            Array.Sort(files, StringComparer.Ordinal);
            return string.Join('\n', files.Select(f => new FileInfo(f)).Select(f => f.Exists ? $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}" : f.Name));
        }

        private Stream? Input() => Name == "-" ? Console.OpenInput() : null;
    }

    /// <summary>A live cluster.</summary>
    /// <param name="Connection">The way to it.</param>
    internal sealed record OfCluster(ApiConnection Connection) : ClusterSource
    {
        /// <inheritdoc/>
        public override string Namespace => Connection.Namespace;

        /// <inheritdoc/>
        public override ClusterContent Content(bool withJobs) => Read(client => ClusterListing.ReadAsync(client, withJobs ? ListingScope.ForJobs : ListingScope.Cluster, default)).Content();

        /// <inheritdoc/>
        public override SavedCluster Saved(bool numbersNames) =>
            SavedCluster.Of(Read(client => ClusterListing.ReadAsync(client, ListingScope.Everything, default)).Objects, numbersNames);

        /// <inheritdoc/>
        public override ClusterSituation Situation(Func<SituationPod, bool> asked) =>
            SituationReader.Of(Read(client => ClusterListing.ReadAsync(client, ListingScope.Everything, default)), asked);

        /// <inheritdoc/>
        public override IReadOnlyList<Tree> Placements(string? ns) => Read(client => PlacementListing.OfClusterAsync(client, ns, default));

        // A command has nothing else to do meanwhile, and an interrupt ends the process.
        private T Read<T>(Func<ApiClient, Task<T>> read)
        {
            using var client = new ApiClient(Connection, VersionLine.Version);
            return read(client).GetAwaiter().GetResult();
        }
    }

    /// <summary>A server that answers questions about its cluster and does not hand it out.</summary>
    /// <param name="Door">The server.</param>
    internal sealed record OfServer(ServerDoor Door) : ClusterSource
    {
        /// <inheritdoc/>
        public override ClusterContent Content(bool withJobs) => throw Unasked();

        /// <inheritdoc/>
        public override SavedCluster Saved(bool numbersNames) => throw Unasked();

        /// <inheritdoc/>
        public override ClusterSituation Situation(Func<SituationPod, bool> asked) => throw Unasked();

        /// <inheritdoc/>
        public override IReadOnlyList<Tree> Placements(string? ns) => throw Unasked();

        private static InputException Unasked() => new("option --server: a server gives answers, not its cluster, which this needs; expected --cluster or a live cluster.");
    }
}
