using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Webhook;

/// <summary>What the API server asks about: one object that somebody wants to create or change.</summary>
/// <param name="ApiVersion">Of the review; the answer has the same.</param>
/// <param name="Review">The request.</param>
public sealed record AdmissionRequest(string ApiVersion, Tree Review)
{
    /// <summary>The request's uid, which the answer repeats.</summary>
    public string Uid => Review["uid"].Text;

    /// <summary>Namespace of the object.</summary>
    public string Namespace => Review["namespace"].Text;

    /// <summary>Name of the object; empty where the server is going to make one.</summary>
    public string Name => Review["name"].Text is { Length: > 0 } name ? name : Object["metadata"]["name"].Text;

    /// <summary>Group and kind, as in messages: <c>Pod</c>, <c>apps/Deployment</c>.</summary>
    public string Kind => Review["kind"]["group"].Text is { Length: > 0 } group ? $"{group}/{Review["kind"]["kind"].Text}" : Review["kind"]["kind"].Text;

    /// <summary>The part of the object that is written: <c>binding</c>; empty for the whole.</summary>
    public string SubResource => Review["subResource"].Text;

    /// <summary>True when something is created.</summary>
    public bool IsCreate => Review["operation"].Text == "CREATE";

    /// <summary>True when nothing is going to be written.</summary>
    public bool IsDryRun => Review["dryRun"].Text is "true" or "True";

    /// <summary>Who asks.</summary>
    public string UserName => Review["userInfo"]["username"].Text;

    /// <summary>The object.</summary>
    public Tree Object => Review["object"];

    /// <summary>True for a pod that is created.</summary>
    public bool IsNewPod => IsCreate && Kind == "Pod" && SubResource.Length == 0;

    /// <summary>True for a Binding, in its place under a pod or by itself as of old.</summary>
    public bool IsBinding => IsCreate && Kind == "Binding" && Review["resource"]["resource"].Text is "pods" or "bindings";

    /// <summary>Reads a review.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static AdmissionRequest Read(ReadOnlyMemory<byte> body)
    {
        Tree review;
        try
        {
            review = JsonBody.Read(body, "the body");
        }
        catch (InputException e)
        {
            throw new WireException(e.Message, e);
        }

        var version = review["apiVersion"].Text;
        if (review["kind"].Text != "AdmissionReview" || version is not ("admission.k8s.io/v1" or "admission.k8s.io/v1beta1"))
        {
            throw new WireException("the body is no review, expected kind AdmissionReview of admission.k8s.io/v1 or v1beta1.");
        }

        if (review["request"]["uid"].Text.Length == 0) throw new WireException("the review has no request.uid, expected one.");
        return new(version, review["request"]);
    }
}
