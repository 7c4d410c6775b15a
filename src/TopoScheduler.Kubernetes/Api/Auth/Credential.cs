using System.Security.Cryptography.X509Certificates;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>What proves who we are, at one moment. Prints nothing of it.</summary>
/// <param name="Authorization">Value of the header; null: none.</param>
/// <param name="Certificate">Client certificate with its key; null: none.</param>
/// <param name="CertificatePem">Its PEM, to see a change.</param>
internal sealed record Credential(string? Authorization, ClientCertificate? Certificate, string CertificatePem)
{
    /// <inheritdoc/>
    public override string ToString() => "credential";
}

/// <summary>A client certificate with the chain to send along.</summary>
/// <param name="Leaf">The certificate with its key.</param>
/// <param name="Chain">What is sent with it.</param>
internal sealed record ClientCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain);
