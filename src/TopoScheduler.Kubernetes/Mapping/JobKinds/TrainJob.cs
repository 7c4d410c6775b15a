using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// trainer.kubeflow.org TrainJob: the runtime it refers to holds a JobSet's template, the job says how many nodes the trainer has and what each asks for.
/// A runtime that is not in the input is reported, and the trainer is planned by what the job itself says.
/// </summary>
internal static class TrainJob
{
    private const string StepLabel = "trainer.kubeflow.org/trainjob-ancestor-step";
    private const string TrainerJob = "node";

    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject job)
    {
        foreach (var overrides in new[] { "podTemplateOverrides", "podSpecOverrides", "runtimePatches" })
        {
            if (!job.Spec[overrides].IsMissing)
            {
                job.Problems.Warning($"spec.{overrides}: not read by this version; node selectors and the like given there are not honoured.");
            }
        }

        var reference = job.Spec["runtimeRef"];
        var name = reference.Text("name");
        var kind = reference.Text("kind") is { Length: > 0 } stated ? stated : "ClusterTrainingRuntime";
        if (string.IsNullOrEmpty(name))
        {
            reference["name"].Wrong("the name of a training runtime");
            return [];
        }

        return job.Objects.Peers.Runtime(job.Name.Namespace, kind, name) is { } runtime
            ? OfRuntime(job, Field.Root(MadePod.Map(("spec", runtime)), job.Problems)["spec"])
            : Alone(job, $"{kind.ToLowerInvariant()}/{name}");
    }

    private static IReadOnlyList<Gang> Alone(JobObject job, string runtime)
    {
        var trainer = job.Spec["trainer"];
        var resources = trainer["resourcesPerNode"];
        var without = resources.IsMissing ? ", and it states no resourcesPerNode: the pods are counted without requests" : "";
        job.Problems.Warning($"spec.runtimeRef: {runtime} is not in the input; the trainer is planned by spec.trainer alone{without}. Expected the runtime among the objects.");
        var count = trainer.Whole("numNodes") ?? 1;
        var pod = MadePod.Of(MadePod.Containers(TrainerJob, resources.Tree));
        return job.Gang(new(job.Key, [Role(job, TrainerJob, count, Field.Root(pod, job.Problems))], job.Annotations));
    }

    private static IReadOnlyList<Gang> OfRuntime(JobObject job, Field runtime)
    {
        var roles = new List<RoleDraft>();
        foreach (var child in runtime["template"]["spec"].Items("replicatedJobs"))
        {
            var name = child.Text("name") ?? "";
            var step = child["template"]["metadata"]["labels"].Text(StepLabel);
            var spec = child["template"]["spec"];
            if (step is "dataset-initializer" or "model-initializer" || name is "dataset-initializer" or "model-initializer")
            {
                job.Problems.Info($"its {name} ends before the trainer starts and is no member of the gang.");
            }
            else if (step == "trainer" || name == TrainerJob)
            {
                var trainer = job.Spec["trainer"];
                var count = trainer.Whole("numNodes") ?? runtime["mlPolicy"].Whole("numNodes") ?? BatchJob.PodsOf(spec);
                var template = MadePod.WithResources(spec["template"].Tree, TrainerJob, trainer["resourcesPerNode"].Tree);
                roles.Add(Role(job, name, count, Field.Root(template, job.Problems)));
            }
            else
            {
                var count = (int)Math.Min((long)(child.Whole("replicas") ?? 1) * BatchJob.PodsOf(spec), int.MaxValue / 2);
                roles.Add(Role(job, name, count, Field.Root(spec["template"].Tree, job.Problems)));
            }
        }

        return job.Gang(new(job.Key, roles, job.Annotations));
    }

    private static RoleDraft Role(JobObject job, string name, int count, Field template) =>
        new(name, count, template, JobObject.Numbered(string.Create(CultureInfo.InvariantCulture, $"{job.Name.Name}-{name}-0-"), count))
        {
            AddedLabels = JobObject.Labels(("jobset.sigs.k8s.io/jobset-name", job.Name.Name), ("jobset.sigs.k8s.io/replicatedjob-name", name)),
        };
}
