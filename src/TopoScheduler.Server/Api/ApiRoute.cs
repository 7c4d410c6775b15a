using System.Collections.Immutable;
using TopoScheduler.Server.Access;

namespace TopoScheduler.Server.Api;

/// <summary>A route of the API, as it is mapped and as its description says.</summary>
/// <param name="Operation">Name of the operation, for generated clients.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with its parameters.</param>
/// <param name="Access">Who may.</param>
/// <param name="Summary">What is asked, in one sentence.</param>
internal sealed record ApiRoute(string Operation, string Method, string Path, RouteAccess Access, string Summary)
{
    /// <summary>Its parameters.</summary>
    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The answers it may give: one of these. None: some JSON.</summary>
    public ImmutableArray<Type> Answers { get; init; } = [];

    /// <summary>Statuses of refusals beside those every route has.</summary>
    public ImmutableArray<int> Refusals { get; init; } = [];

    /// <summary>Names of the parameters in its query.</summary>
    public string[] Query => [.. Parameters.Where(p => !p.InPath).Select(p => p.Name)];
}
