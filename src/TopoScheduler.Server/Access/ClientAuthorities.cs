using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>
/// Who may connect to an address: whoever shows a certificate for clients that is valid now, that one of these authorities vouches for, and, where names are
/// given, that bears one of them. The file is read at every handshake; while it cannot be used, the authorities before it count.
/// </summary>
internal sealed class ClientAuthorities
{
    private const string AlternativeNames = "2.5.29.17";

    private readonly ImmutableHashSet<string> _names;
    private readonly LastUsable<X509Certificate2Collection> _file;

    /// <summary>The authorities of a file.</summary>
    /// <param name="caFile">PEM of them.</param>
    /// <param name="names">Common or alternative names, of which a certificate must bear one; empty for any.</param>
    public ClientAuthorities(string caFile, ImmutableHashSet<string> names)
    {
        _names = names;
        _file = new(() => FileContent.Text(caFile), pem => Load(caFile, pem));
    }

    /// <summary>Is told once of a file that cannot be used.</summary>
    public Action<string>? Trouble
    {
        set => _file.Trouble = value;
    }

    /// <summary>Is told why a connection is refused.</summary>
    public Action<string>? Refused { get; set; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">There never was one that could be used.</exception>
    public void Check() => _file.Current();

    /// <summary>Makes a handshake ask for such a certificate, and fail without one.</summary>
    public void Require(SslServerAuthenticationOptions handshake)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // The authorities are the cluster's own and publish no lists; short lives and rotation stand in for revocation.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.2") },
        };
        policy.CustomTrustStore.AddRange(_file.Current());
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = policy;
        // A resumed session would be one whose certificate was looked at long ago.
        handshake.AllowTlsResume = false;
        handshake.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Admits(certificate, chain, errors);
    }

    private bool Admits(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        var reason = shown is not X509Certificate2 certificate ? "no client certificate" :
            errors != SslPolicyErrors.None ? $"the certificate of {certificate.Subject} is not accepted: {Why(chain, errors)}" :
            _names.Count > 0 && !NamesOf(certificate).Any(_names.Contains) ? $"the certificate of {certificate.Subject} bears no name that is allowed" : null;
        if (reason is not null) Refused?.Invoke(reason);
        return reason is null;
    }

    private static string Why(X509Chain? chain, SslPolicyErrors errors) =>
        chain?.ChainStatus is [var first, ..] ? first.Status.ToString() : errors.ToString();

    // The common name, and alternative names of hosts, addresses of mail and URIs, each as written.
    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3" && part.GetSingleElementValue() is { } name) yield return name;
        }

        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != AlternativeNames) continue;
            var list = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (list.HasData)
            {
                var tag = list.PeekTag();
                if (tag is { TagClass: TagClass.ContextSpecific, TagValue: 1 or 2 or 6 }) yield return list.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                else list.ReadEncodedValue();
            }
        }
    }

    private static X509Certificate2Collection Load(string file, string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new InputException($"{file}: cannot be read as certificates, expected PEM of the authorities of clients.", e);
        }

        return authorities.Count > 0 ? authorities : throw new InputException($"{file}: holds no certificate, expected PEM of the authorities of clients.");
    }
}
