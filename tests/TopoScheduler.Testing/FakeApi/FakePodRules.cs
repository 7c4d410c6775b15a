using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// Which pods may be, and how one may change, as servers since 1.30 see it. Gates only go. As long as the pod that is known has one, its node selector
/// gains keys, and its required node affinity is set where there was none, else each of its terms is appended to. Otherwise a spec stays as it is but for
/// images, added tolerations and two periods.
/// </summary>
internal static class FakePodRules
{
    private const string OtherFields =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`," +
        "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private const string Terms = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

    public static void CheckNew(FakeKind kind, string name, JsonObject pod)
    {
        var spec = pod["spec"] as JsonObject ?? [];
        var errors = SpecErrors(spec);
        if (spec["schedulingGates"] is JsonArray { Count: > 0 } && !string.IsNullOrEmpty((string?)spec["nodeName"]))
        {
            errors.Add(FakeFieldError.Forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
        }

        Throw(kind, name, errors);
    }

    public static void CheckUpdate(FakeKind kind, string name, JsonObject known, JsonObject next)
    {
        var old = known["spec"] as JsonObject ?? [];
        var spec = next["spec"] as JsonObject ?? [];
        var errors = SpecErrors(spec);
        CheckTolerations(old, spec, errors);
        CheckGates(old, spec, errors);
        CheckRest(old, (JsonObject)spec.DeepClone(), errors);
        Throw(kind, name, errors);
    }

    private static void Throw(FakeKind kind, string name, List<FakeFieldError> errors)
    {
        if (errors.Count > 0)
        {
            throw FakeRefusal.Invalid(kind, name, errors);
        }
    }

    private static List<FakeFieldError> SpecErrors(JsonObject spec)
    {
        var errors = new List<FakeFieldError>();
        var names = new HashSet<string>();
        foreach (var (gate, i) in Objects(spec["schedulingGates"]))
        {
            var name = (string?)gate["name"] ?? "";
            if (name.Length == 0)
            {
                errors.Add(FakeFieldError.Required($"spec.schedulingGates[{i}].name", "name part must be non-empty"));
            }
            else if (!names.Add(name))
            {
                errors.Add(new("Duplicate", $"spec.schedulingGates[{i}]", $"Duplicate value: {gate.ToJsonString()}"));
            }
        }

        if (Required(spec) is { } required && required["nodeSelectorTerms"] is not JsonArray { Count: > 0 })
        {
            errors.Add(FakeFieldError.Required(Terms, "must have at least one node selector term"));
        }

        foreach (var (term, i) in Objects(Required(spec)?["nodeSelectorTerms"]))
        {
            foreach (var (field, j) in Objects(term["matchFields"]))
            {
                CheckField(field, $"{Terms}[{i}].matchFields[{j}]", errors);
            }
        }

        return errors;
    }

    private static void CheckField(JsonObject field, string path, List<FakeFieldError> errors)
    {
        if ((string?)field["operator"] is not ("In" or "NotIn"))
        {
            errors.Add(FakeFieldError.Invalid($"{path}.operator", field["operator"], "not a valid selector operator"));
        }
        else if (field["values"] is not JsonArray { Count: 1 })
        {
            errors.Add(FakeFieldError.Required($"{path}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
        }

        if ((string?)field["key"] != "metadata.name")
        {
            errors.Add(FakeFieldError.Invalid($"{path}.key", field["key"], "not a valid field selector key"));
        }
    }

    private static void CheckTolerations(JsonObject old, JsonObject spec, List<FakeFieldError> errors)
    {
        var all = Objects(spec["tolerations"]).Select(t => Bare(t.Item)).ToArray();
        if (Objects(old["tolerations"]).Any(t => !all.Any(a => JsonNode.DeepEquals(a, Bare(t.Item)))))
        {
            errors.Add(FakeFieldError.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
        }

        static JsonObject Bare(JsonObject toleration)
        {
            var bare = (JsonObject)toleration.DeepClone();
            bare.Remove("tolerationSeconds");
            return bare;
        }
    }

    private static void CheckGates(JsonObject old, JsonObject spec, List<FakeFieldError> errors)
    {
        var names = Objects(old["schedulingGates"]).Select(g => (string?)g.Item["name"]).ToHashSet();
        foreach (var (gate, i) in Objects(spec["schedulingGates"]))
        {
            if (!names.Contains((string?)gate["name"]))
            {
                errors.Add(FakeFieldError.Forbidden($"spec.schedulingGates[{i}].name", $"only deletion is allowed, but found new scheduling gate '{gate["name"]}'"));
            }
        }
    }

    // What may change is set back to what it was, or judged and set back; then nothing may be different.
    private static void CheckRest(JsonObject old, JsonObject spec, List<FakeFieldError> errors)
    {
        if (old["schedulingGates"] is JsonArray { Count: > 0 })
        {
            CheckSelector(old, spec, errors);
            CheckAffinity(old, spec, errors);
        }

        foreach (var field in (string[])["tolerations", "schedulingGates"])
        {
            SetBack(old, spec, field);
        }

        foreach (var list in (string[])["containers", "initContainers"])
        {
            foreach (var (container, i) in Objects(spec[list]))
            {
                if (old[list] is JsonArray all && i < all.Count)
                {
                    SetBack((JsonObject)all[i]!, container, "image");
                }
            }
        }

        var (was, wished) = (old["activeDeadlineSeconds"].Whole(), spec["activeDeadlineSeconds"].Whole());
        if (was is not null && (wished is null || wished > was))
        {
            var why = wished is null ? "must not update from a positive integer to nil value" : "must be less than or equal to previous value";
            errors.Add(FakeFieldError.Invalid("spec.activeDeadlineSeconds", spec["activeDeadlineSeconds"], why));
        }

        SetBack(old, spec, "activeDeadlineSeconds");
        if (old["terminationGracePeriodSeconds"].Whole() < 0 && spec["terminationGracePeriodSeconds"].Whole() == 1)
        {
            SetBack(old, spec, "terminationGracePeriodSeconds");
        }

        // Derived: the server tells an empty struct from none, here both are none.
        if (!JsonNode.DeepEquals(Pruned(old), Pruned(spec)))
        {
            errors.Add(FakeFieldError.Forbidden("spec", OtherFields));
        }
    }

    private static void CheckSelector(JsonObject old, JsonObject spec, List<FakeFieldError> errors)
    {
        var selector = spec["nodeSelector"] as JsonObject;
        if (old["nodeSelector"] is JsonObject known && known.Any(k => !JsonNode.DeepEquals(selector?[k.Key], k.Value)))
        {
            errors.Add(FakeFieldError.Invalid("spec.nodeSelector", selector, "only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
        }

        SetBack(old, spec, "nodeSelector");
    }

    private static void CheckAffinity(JsonObject old, JsonObject spec, List<FakeFieldError> errors)
    {
        if (Required(old)?["nodeSelectorTerms"] is JsonArray { Count: > 0 } known)
        {
            var terms = Required(spec)?["nodeSelectorTerms"] as JsonArray;
            if (terms?.Count != known.Count)
            {
                errors.Add(FakeFieldError.Invalid(Terms, terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
            }
            else
            {
                errors.AddRange(known.Index()
                    .Where(t => !OnlyGains((JsonObject)t.Item!, (JsonObject)terms[t.Index]!))
                    .Select(t => FakeFieldError.Invalid($"{Terms}[{t.Index}]", terms[t.Index], "only additions are allowed (no mutations or deletions)")));
            }
        }

        if (spec["affinity"] is not JsonObject affinity)
        {
            spec["affinity"] = affinity = [];
        }

        SetBack(old["affinity"] as JsonObject ?? [], affinity, "nodeAffinity");
    }

    // Derived: what is new stands behind what there was. A term without requirements means no node, and stays so.
    private static bool OnlyGains(JsonObject old, JsonObject term)
    {
        var isEmpty = Objects(old["matchExpressions"]).Count + Objects(old["matchFields"]).Count == 0;
        foreach (var list in (string[])["matchExpressions", "matchFields"])
        {
            var (known, now) = (Objects(old[list]), Objects(term[list]));
            if (now.Count < known.Count || (isEmpty && now.Count > 0) || known.Any(k => !JsonNode.DeepEquals(k.Item, now[k.Index].Item)))
            {
                return false;
            }
        }

        return true;
    }

    private static JsonObject? Required(JsonObject spec) =>
        (spec["affinity"] as JsonObject)?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"] as JsonObject;

    private static List<(JsonObject Item, int Index)> Objects(JsonNode? list) =>
        [.. (list as JsonArray ?? []).Select((item, i) => (item as JsonObject ?? [], i))];

    private static void SetBack(JsonObject old, JsonObject spec, string field)
    {
        spec.Remove(field);
        if (old[field] is { } value)
        {
            spec[field] = value.DeepClone();
        }
    }

    private static JsonNode? Pruned(JsonNode? node) => node switch
    {
        JsonObject obj => Pruned(obj),
        JsonArray { Count: 0 } => null,
        JsonArray list => new JsonArray([.. list.Select(Pruned)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject? Pruned(JsonObject obj)
    {
        var pruned = new JsonObject();
        foreach (var (key, value) in obj)
        {
            if (Pruned(value) is { } kept)
            {
                pruned[key] = kept;
            }
        }

        return pruned.Count == 0 ? null : pruned;
    }
}
