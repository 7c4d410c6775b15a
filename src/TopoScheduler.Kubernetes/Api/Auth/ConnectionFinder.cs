using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>Finds the connection: a kubeconfig named by the user, else <c>KUBECONFIG</c>, else the cluster around us, else <c>~/.kube/config</c>.</summary>
public static class ConnectionFinder
{
    /// <summary>The connection.</summary>
    /// <exception cref="InputException">There is none, or what there is cannot be used; names file, key and what was expected.</exception>
    public static ApiConnection Find(ConnectionQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Kubeconfig is { } named)
        {
            return Kubeconfig.Load([named], mustExist: true, question);
        }

        var list = question.Environment("KUBECONFIG");
        if (!string.IsNullOrWhiteSpace(list))
        {
            var files = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Kubeconfig.Load([.. files.Distinct(StringComparer.Ordinal)], mustExist: false, question);
        }

        if (InCluster.Find(question) is { } around)
        {
            return around;
        }

        var home = question.Home ?? question.Environment("HOME");
        var file = string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".kube", "config");
        return file is not null && File.Exists(file)
            ? Kubeconfig.Load([file], mustExist: true, question)
            : throw new InputException(
                $"no cluster is named: {file ?? "~/.kube/config"} does not exist, KUBECONFIG and KUBERNETES_SERVICE_HOST are not set; expected one of them, or a kubeconfig by its path.");
    }
}
