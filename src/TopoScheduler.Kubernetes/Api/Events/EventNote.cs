namespace TopoScheduler.Kubernetes.Api.Events;

/// <summary>What an event is about.</summary>
/// <param name="ApiVersion">As <c>v1</c>.</param>
/// <param name="Kind">As <c>Pod</c>.</param>
/// <param name="Key">Namespace, name and UID.</param>
public sealed record EventSubject(string ApiVersion, string Kind, ObjectKey Key);

/// <summary>Something that happened, for <c>kubectl describe</c>.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Reason">Why, one word: <c>FailedPlacement</c>.</param>
/// <param name="Action">What was being done, one word: <c>Placing</c>.</param>
/// <param name="Note">For people; cut at 1,024 bytes.</param>
/// <param name="IsWarning">Something is wrong.</param>
public sealed record EventNote(EventSubject Subject, string Reason, string Action, string Note, bool IsWarning);
