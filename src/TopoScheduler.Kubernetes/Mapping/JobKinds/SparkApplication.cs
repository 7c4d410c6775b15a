using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>
/// sparkoperator.k8s.io SparkApplication: a driver and its executors. Spark states memory as Java does and adds an overhead to it: as stated, else a
/// factor (0.1, 0.4 for Python and R) and at least 384 MiB (spark.apache.org/docs/latest/running-on-kubernetes).
/// </summary>
internal static class SparkApplication
{
    private const long MiB = 1L << 20;
    private const long LeastOverhead = 384 * MiB;

    // Of a pod, in the order of the operator's own types; copied as they are.
    private static readonly string[] Copied = ["nodeSelector", "affinity", "tolerations", "priorityClassName", "hostNetwork", "initContainers", "volumes"];

    /// <summary>Its gang.</summary>
    public static IEnumerable<Gang> Read(JobObject app)
    {
        var dynamic = app.Spec["dynamicAllocation"];
        var stated = app.Spec["executor"].Whole("instances") ?? 1;
        var (count, least) = (stated, stated);
        if (dynamic.Flag("enabled"))
        {
            least = dynamic.Whole("minExecutors") ?? 0;
            count = Math.Max(least, dynamic.Whole("initialExecutors") ?? stated);
        }

        var roles = new List<RoleDraft>
        {
            new("driver", 1, Pod(app, "driver"), [app.Name.Name + "-driver"]) { AddedLabels = Labels(app, "driver") },
            new("executor", count, Pod(app, "executor"), []) { AddedLabels = Labels(app, "executor") },
        };
        return app.Gang(new(app.Key, roles, app.Annotations) { MinAvailable = least < count ? 1 + least : null });
    }

    private static System.Collections.Immutable.ImmutableDictionary<string, string> Labels(JobObject app, string role) =>
        JobObject.Labels(("sparkoperator.k8s.io/app-name", app.Name.Name), ("spark-role", role));

    private static Field Pod(JobObject app, string role)
    {
        var fields = app.Spec[role];
        var template = fields["template"].Tree.Kind == TreeKind.Map ? fields["template"].Tree : MadePod.Of(MadePod.Map());
        var spec = template["spec"];
        foreach (var key in Copied.Where(k => !fields[k].IsMissing))
        {
            spec = spec.With(key, fields[key].Tree);
        }

        // The other containers stay; the main one is made of what the application says.
        var container = MadePod.Container(role, MadePod.Requests([.. Amounts(app, fields)]));
        var sidecars = fields["sidecars"].Tree.Items;
        spec = spec.With("containers", Tree.List([container, .. sidecars], fields.Tree.Line));
        var metadata = template["metadata"];
        foreach (var key in new[] { "labels", "annotations" })
        {
            metadata = fields[key].IsMissing ? metadata : metadata.With(key, fields[key].Tree);
        }

        return Field.Root(MadePod.Of(spec, metadata), app.Problems);
    }

    private static List<(string, string)> Amounts(JobObject app, Field fields)
    {
        var cpu = fields.Text("coreRequest") ?? (fields.Whole("cores") ?? 1).ToString(CultureInfo.InvariantCulture);
        var amounts = new List<(string, string)>
        {
            (ResourceList.Cpu, cpu),
            (ResourceList.Memory, Memory(app, fields).ToString(CultureInfo.InvariantCulture)),
        };
        var gpu = fields["gpu"];
        if (!gpu.IsMissing)
        {
            if (gpu.Text("name") is { Length: > 0 } name)
            {
                amounts.Add((name, (gpu.Whole("quantity") ?? 0).ToString(CultureInfo.InvariantCulture)));
            }
            else
            {
                gpu["name"].Wrong("the resource name of a GPU, such as \"nvidia.com/gpu\"");
            }
        }

        return amounts;
    }

    private static long Memory(JobObject app, Field fields)
    {
        var memory = Bytes(fields, "memory") ?? (1024 * MiB);
        if (Bytes(fields, "memoryOverhead") is { } overhead)
        {
            return memory + overhead;
        }

        var factor = app.Spec.Text("type") is "Python" or "R" ? 0.4 : 0.1;
        if (app.Spec.Text("memoryOverheadFactor") is { } text)
        {
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var stated) && stated <= 100)
            {
                factor = stated;
            }
            else
            {
                app.Spec["memoryOverheadFactor"].Wrong("a number such as \"0.1\"");
            }
        }

        return memory + Math.Max(LeastOverhead, (long)(memory * factor));
    }

    // 512m, 4g, 1t as Java writes them; a bare number is in MiB. Kubernetes' Mi and Gi are the same.
    private static long? Bytes(Field fields, string key)
    {
        if (fields.Text(key) is not { } text)
        {
            return null;
        }

        var digits = text.TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray());
        var shift = text[digits.Length..].ToLowerInvariant() switch
        {
            "" or "m" or "mb" or "mi" or "mib" => 20,
            "b" => 0,
            "k" or "kb" or "ki" => 10,
            "g" or "gb" or "gi" or "gib" => 30,
            "t" or "tb" or "ti" => 40,
            _ => -1,
        };
        if (shift >= 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Quantity.Largest >> shift)
        {
            return number << shift;
        }

        fields[key].Wrong("memory as Java writes it, such as \"512m\" or \"4g\"");
        return null;
    }
}
