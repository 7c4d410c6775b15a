using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>The user of a kubeconfig.</summary>
internal static class UserEntry
{
    /// <summary>Reads it.</summary>
    public static ApiUser Read(KubeconfigEntry user)
    {
        var (certificate, key) = (user.Pem("client-certificate"), user.Pem("client-key"));
        if (certificate is null != key is null)
        {
            var missing = key is null ? "client-key" : "client-certificate";
            throw user.Wrong(missing, null, "both client-certificate and client-key, or neither");
        }

        if (user.Tree["auth-provider"].Kind != TreeKind.Null && user.Tree["exec"].Kind == TreeKind.Null)
        {
            throw new InputException($"{user.File}: {user.Place}.auth-provider: is not supported (Kubernetes removed it in 1.26), expected exec, a token or a client certificate.");
        }

        var file = user.Text("tokenFile");
        return new()
        {
            ClientCertificate = certificate,
            ClientKey = key,
            Token = Filled(user.Secret("token")),
            TokenFile = string.IsNullOrEmpty(file) ? null : user.PathOf(file),
            UserName = Filled(user.Text("username")),
            Password = user.Secret("password"),
            ActAs = Filled(user.Text("as")),
            ActAsUid = Filled(user.Text("as-uid")),
            ActAsGroups = Groups(user),
            ActAsExtra = Extra(user),
            Exec = user.Tree["exec"].Kind == TreeKind.Null ? null : Exec(user with { Place = user.Place + ".exec", Tree = user.Tree["exec"] }),
        };
    }

    private static ImmutableArray<string> Groups(KubeconfigEntry user)
    {
        var problems = new ObjectProblems(user.File);
        ImmutableArray<string> groups = [.. Field.Root(user.Tree, problems).Texts("as-groups")];
        KubeconfigEntry.Check($"{user.File}: {user.Place}", problems);

        // Several headers of one name go out joined by commas, which the server reads as one group with a comma in its name.
        return groups.Length <= 1 ? groups : throw user.Wrong("as-groups", $"{groups.Length} groups", "one group at most: .NET cannot send several");
    }

    private static ImmutableArray<KeyValuePair<string, string>> Extra(KubeconfigEntry user)
    {
        var problems = new ObjectProblems(user.File);
        var root = Field.Root(user.Tree, problems);
        ImmutableArray<KeyValuePair<string, string>> extra =
            [.. root.Entries("as-user-extra").SelectMany(e => root["as-user-extra"].Texts(e.Key).Select(value => KeyValuePair.Create(e.Key, value)))];
        KubeconfigEntry.Check($"{user.File}: {user.Place}", problems);
        return extra.DistinctBy(e => e.Key).Count() == extra.Length
            ? extra
            : throw user.Wrong("as-user-extra", "several values of one key", "one value of each key: .NET cannot send several");
    }

    private static ExecPlugin Exec(KubeconfigEntry exec)
    {
        if (exec.Text("command") is not { Length: > 0 } command)
        {
            throw exec.Wrong("command", null, "the program that gives the credentials");
        }

        var version = exec.Text("apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw exec.Wrong("apiVersion", version, "client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1");
        }

        if (exec.Text("interactiveMode") is not (null or "" or "Never" or "IfAvailable") and var mode)
        {
            throw exec.Wrong("interactiveMode", mode, "Never or IfAvailable: there is no terminal to ask on");
        }

        // Arguments and environment may hold secrets, so that a wrong value is not repeated.
        return new()
        {
            Command = command.Contains('/', StringComparison.Ordinal) ? exec.PathOf(command) : command,
            Arguments = [.. Items(exec, "args").Select((item, i) => new KubeconfigEntry(exec.File, exec.Place, Named($"args[{i}]", item)).Secret($"args[{i}]") ?? "")],
            Environment = [.. Items(exec, "env").Select((item, i) => Variable(exec with { Place = $"{exec.Place}.env[{i}]", Tree = item }))],
            ApiVersion = version,
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
            InstallHint = exec.Text("installHint") ?? "",
        };
    }

    private static Tree Named(string key, Tree value) => Tree.Map([KeyValuePair.Create(key, value)], value.Line);

    private static Tree[] Items(KubeconfigEntry entry, string key)
    {
        var list = entry.Tree[key];
        return list.Kind is TreeKind.List or TreeKind.Null
            ? list.Items.ToArray()
            : throw new InputException($"{entry.File}:{list.Line}: {entry.Place}.{key}: is no list, expected a list.");
    }

    private static KeyValuePair<string, string> Variable(KubeconfigEntry variable) =>
        variable.Secret("name") is { Length: > 0 } name
            ? KeyValuePair.Create(name, variable.Secret("value") ?? "")
            : throw variable.Wrong("name", null, "the name of an environment variable");

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
