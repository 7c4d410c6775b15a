using System.Text.Json.Nodes;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>What the roles among some objects grant.</summary>
internal static class Grants
{
    /// <summary>The permissions of roles of our own that a service account is bound to.</summary>
    public static IReadOnlySet<Permission> Of(IReadOnlyList<JsonObject> objects, string account)
    {
        var granted = new HashSet<Permission>();
        foreach (var binding in objects.Where(o => o.Kind() is "ClusterRoleBinding" or "RoleBinding"))
        {
            if (!binding["subjects"]!.AsArray().Any(s => s!["name"]!.GetValue<string>() == account)) continue;
            var role = objects.SingleOrDefault(o => o.Kind() == (string?)binding["roleRef"]!["kind"] && o.Name() == (string?)binding["roleRef"]!["name"] && o.Namespace() == binding.Namespace());
            if (role is not null) granted.UnionWith(role["rules"]!.AsArray().SelectMany(r => OfRule(r!)));
        }

        return granted;
    }

    /// <summary>Roles it is bound to that are the cluster's own.</summary>
    public static IEnumerable<string> Foreign(IReadOnlyList<JsonObject> objects) =>
        objects.Where(o => o.Kind() is "ClusterRoleBinding" or "RoleBinding").Select(b => b["roleRef"]!["name"]!.GetValue<string>())
            .Where(role => !objects.Any(o => o.Kind() is "ClusterRole" or "Role" && o.Name() == role));

    private static IEnumerable<Permission> OfRule(JsonNode rule) =>
        from @group in Texts(rule["apiGroups"])
        from resource in Texts(rule["resources"])
        from verb in Texts(rule["verbs"])
        select new Permission(@group, resource, verb);

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(t => t!.GetValue<string>());
}
