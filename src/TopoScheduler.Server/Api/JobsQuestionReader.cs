using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>
/// Reads the body of <c>POST /v1/report</c>, JSON or YAML: an object that says what is asked, or the manifests themselves, which have a kind.
/// </summary>
internal static class JobsQuestionReader
{
    /// <summary>Most steps a question may ask for: some tens of seconds.</summary>
    public const int MostSteps = 10_000_000;

    private const string Source = "request";
    private const int MostSourceLength = 512;

    /// <summary>What may be said.</summary>
    internal static readonly string[] Keys = ["jobs", "manifests", "source", "namespace", "at", "policy", "whatIf"];

    /// <summary>What may be said of the policy.</summary>
    internal static readonly string[] PolicyKeys = ["oversubscription", "maxSteps", "assumeSchedulable", "trustHints"];

    /// <summary>What may be different.</summary>
    internal static readonly string[] ScenarioKeys = ["drain", "addRacks", "budget", "budgetAll", "loseFeed", "finish", "finishBelow"];

    /// <summary>Reads it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mostBytes">Most bytes of it, gzip undone.</param>
    /// <exception cref="InputException">It is neither JSON nor YAML, or beyond the limits.</exception>
    /// <exception cref="QuestionException">It cannot be meant.</exception>
    public static JobsQuestion Read(ReadOnlyMemory<byte> body, int mostBytes)
    {
        var trees = RequestText.Read(body, Source, mostBytes);
        if (trees.Length > 1 || trees is [{ Kind: TreeKind.Map } only] && only["kind"].Kind == TreeKind.Scalar) return new() { Manifests = trees };
        var fields = QuestionFields.Of(trees is [var tree] ? tree : Tree.Missing, Keys);
        var policy = fields.Within("policy", PolicyKeys);
        var source = fields.Text("source") ?? Source;
        if (source.Length is 0 or > MostSourceLength || source.Any(char.IsControl)) fields.Wrong("source", "a name of at most 512 characters, on one line");
        var ns = fields.Text("namespace") ?? "default";
        if (!JobsQuestion.IsNamespace(ns)) fields.Wrong("namespace", JobsQuestion.ExpectedNamespace);
        var question = new JobsQuestion
        {
            Manifests = Manifests(fields, source, mostBytes),
            Source = source,
            Namespace = ns,
            WhatIf = WhatIf(fields.Within("whatIf", ScenarioKeys)),
            At = fields.Moment("at"),
            Oversubscription = policy.Ratios("oversubscription"),
            MaxSteps = policy.Whole("maxSteps", 1, MostSteps),
            AssumeSchedulable = policy.Flag("assumeSchedulable"),
            TrustHints = policy.Flag("trustHints") ?? false,
        };
        fields.Finish();
        return question;
    }

    // The texts are those of the options of the command; they are understood where the cluster is known.
    private static ScenarioRequest WhatIf(QuestionFields fields) => new()
    {
        Drain = fields.Texts("drain"),
        AddRacks = fields.Texts("addRacks"),
        Budget = fields.Texts("budget"),
        BudgetAll = fields.Text("budgetAll"),
        LoseFeed = fields.Texts("loseFeed"),
        Finish = fields.Texts("finish"),
        FinishBelow = fields.Whole("finishBelow", 0, int.MaxValue),
    };

    private static ImmutableArray<Tree> Manifests(QuestionFields fields, string source, int mostBytes)
    {
        var (jobs, text) = (fields.List("jobs"), fields.Text("manifests"));
        if (!jobs.IsEmpty && text is not null) fields.Wrong("manifests", "either jobs or manifests");
        if (jobs.IsEmpty && string.IsNullOrWhiteSpace(text)) fields.Wrong("jobs", "at least one job here, or manifests");
        return text is null ? jobs : RequestText.Read(text, source, mostBytes);
    }
}
