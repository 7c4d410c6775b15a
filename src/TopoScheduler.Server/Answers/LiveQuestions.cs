using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Server.Answers;

/// <summary>
/// What may be asked of a running server, answered from its live snapshot. Every door of the server asks here, and what comes back is what the commands say of a file
/// with the same objects in it. Nothing is changed, held or written. Thread-safe; answers that plan go through <see cref="HeavyQuestions"/>.
/// </summary>
public sealed class LiveQuestions(LiveSource source)
{
    /// <summary>Most jobs of one question.</summary>
    public const int MostJobs = 256;

    private const int MostNameLength = 253;

    private readonly Lock _lock = new();
    private readonly LiveExplanations _explanations = new(source);
    private LiveView? _view;

    /// <summary>The snapshot of now.</summary>
    /// <exception cref="NoAnswerException">The cluster is not known yet.</exception>
    public LiveView Current
    {
        get
        {
            if (!source.IsKnown()) throw new NoAnswerException(NoAnswer.NotKnown, "The cluster is not known yet.");
            lock (_lock)
            {
                var snapshot = source.State.Current;
                if (_view is { } view && ReferenceEquals(view.Snapshot, snapshot)) return view;
                return _view = new(snapshot, (_view?.Version ?? 0) + 1, source.Time.GetUtcNow());
            }
        }
    }

    /// <summary>True for what may be the name of a GangPlacement.</summary>
    public static bool IsGangName(string text) => text.Length is > 0 and <= MostNameLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    /// <summary>The network.</summary>
    public static TopologyView Topology(LiveView view) => TopologyView.Of(view.Snapshot);

    /// <summary>How much room there is. Plans.</summary>
    /// <param name="view">The snapshot.</param>
    /// <param name="gpusPerPod">Devices a pod asks for; null: what the best equipped node has, at most 8.</param>
    /// <param name="at">The moment whose budgets count; null: now.</param>
    public CapacityView Capacity(LiveView view, int? gpusPerPod, DateTimeOffset? at) => CapacityView.Of(At(view, at), gpusPerPod);

    /// <summary>The power tree, or one domain of it and what is below that.</summary>
    /// <param name="view">The snapshot.</param>
    /// <param name="domain"><c>rack/r7</c>; null: all.</param>
    /// <param name="at">The moment whose budgets count; null: now.</param>
    /// <exception cref="QuestionException">There is no such domain.</exception>
    public PowerView Power(LiveView view, string? domain, DateTimeOffset? at)
    {
        var cluster = At(view, at);
        if (domain is null) return PowerView.Of(cluster, null);
        var found = cluster.Power.Domains.FirstOrDefault(d => d.Id == domain) ?? throw new QuestionException("domain", domain, "kind/name of a power domain of the cluster");
        return PowerView.Of(cluster, found.Index);
    }

    /// <summary>What is wrong with labels and objects.</summary>
    public DoctorView Problems(LiveView view) => DoctorView.Of(view.Snapshot, source.Problems);

    /// <summary>Where jobs would land, each beside the earlier ones. Plans.</summary>
    /// <param name="view">The snapshot.</param>
    /// <param name="question">The jobs.</param>
    /// <param name="cancellation">Looked at between the jobs.</param>
    /// <exception cref="QuestionException">None of the jobs can be read, there are too many, or what shall be different is not understood.</exception>
    public JobsAnswer Report(LiveView view, JobsQuestion question, CancellationToken cancellation)
    {
        var jobs = JobReader.Read(question.Manifests, question.Source, source.Objects(), question.Namespace, question.TrustHints ? null : source.Trusted);
        if (jobs.Gangs.IsEmpty) throw new QuestionException(jobs.Problems);
        if (jobs.Gangs.Length > MostJobs) throw new QuestionException("jobs", Text(jobs.Gangs.Length), $"at most {MostJobs} jobs");
        var (cluster, policy) = (At(view, question.At), Policy(question));
        var scenario = ScenarioRun.Of(cluster, question.WhatIf, policy);
        if (!scenario.Problems.IsEmpty) throw new QuestionException([.. scenario.Problems.Select(p => p with { Object = $"whatIf.{p.Object}" })]);
        var asked = new ReportQuestion
        {
            Gangs = jobs.Gangs,
            Policy = policy,
            OfInput = [.. source.Problems.Concat(cluster.Problems).Concat(jobs.Problems).Distinct()],
        };
        var reports = ImmutableArray.CreateBuilder<PlacementReport>(jobs.Gangs.Length);
        var sequence = new ReportSequence(scenario.Cluster, policy, question.At ?? view.Since);
        cancellation.ThrowIfCancellationRequested();
        foreach (var plan in ReportAnswer.Plan(sequence, asked))
        {
            reports.Add(plan.Report);
            if (reports.Count < jobs.Gangs.Length) cancellation.ThrowIfCancellationRequested();
        }

        return new(reports.ToImmutable(), scenario.Report(sequence.Cluster));
    }

    /// <summary>Why a pod, a gang or a node is as it is. Plans, and may list pods: a turn of <see cref="HeavyQuestions"/> is for both.</summary>
    /// <param name="view">The snapshot.</param>
    /// <param name="asked">What is asked about.</param>
    /// <param name="at">The moment asked about; null: now.</param>
    /// <param name="cancellation">Looked at before it plans.</param>
    /// <exception cref="NoSubjectException">It is not there.</exception>
    /// <exception cref="Kubernetes.Api.ApiException">The API server refuses.</exception>
    /// <exception cref="Kubernetes.Api.ApiUnavailableException">It does not answer.</exception>
    public async Task<Explanation> ExplainAsync(LiveView view, SubjectRequest asked, DateTimeOffset? at, CancellationToken cancellation)
    {
        var question = await _explanations.QuestionAsync(view, asked, at, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return Explainer.Explain(question);
    }

    /// <summary>How gangs stand, as the API server has it now.</summary>
    /// <param name="ns">Those of a namespace; null: all.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="Kubernetes.Api.ApiException">The API server refuses.</exception>
    /// <exception cref="Kubernetes.Api.ApiUnavailableException">It does not answer.</exception>
    public async Task<GangListView> GangsAsync(string? ns, CancellationToken cancellation)
    {
        var placements = source.Gangs is null ? [] : await source.Gangs.ListAsync(ns, cancellation).ConfigureAwait(false);
        return new() { Gangs = [.. placements.Select(GangView.Of)] };
    }

    /// <summary>How one gang stands, by the name of its GangPlacement; null when there is none.</summary>
    /// <exception cref="Kubernetes.Api.ApiException">The API server refuses.</exception>
    /// <exception cref="Kubernetes.Api.ApiUnavailableException">It does not answer.</exception>
    public async Task<GangView?> GangAsync(string ns, string name, CancellationToken cancellation)
    {
        var placement = source.Gangs is null ? null : await source.Gangs.FindAsync(ns, name, cancellation).ConfigureAwait(false);
        return placement is null ? null : GangView.Of(placement);
    }

    private ClusterSnapshot At(LiveView view, DateTimeOffset? at) => at is { } moment ? view.Snapshot.At(moment, source.Horizon) : view.Snapshot;

    private PlacementPolicy Policy(JobsQuestion question)
    {
        var policy = source.Policy;
        if (question.Oversubscription is { } byTier) policy = policy with { Links = policy.Links with { OversubscriptionByTier = byTier } };
        return policy with { MaxSteps = question.MaxSteps ?? policy.MaxSteps, AssumeSchedulable = question.AssumeSchedulable ?? policy.AssumeSchedulable };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
