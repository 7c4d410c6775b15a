using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>Whether a job is over, as its controller has written into its status. Kinds that go on for ever never are.</summary>
internal static class JobEnd
{
    /// <summary>True for a job that has succeeded or failed.</summary>
    public static bool IsOver(Tree job)
    {
        var status = job["status"];
        foreach (var condition in status["conditions"].Items)
        {
            if (Ends(condition)) return true;
        }

        return status["state"]["phase"].Text is "Completed" or "Failed" or "Aborted" or "Terminated";
    }

    /// <summary>True for a condition that says so: of a Job, a JobSet, a Kubeflow job or a TrainJob. Volcano writes a phase.</summary>
    public static bool Ends(Tree condition) => condition["type"].Text is "Complete" or "Completed" or "Succeeded" or "Failed" && condition["status"].Text is "True" or "true";
}
