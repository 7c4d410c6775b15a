using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>Whether a server is who it says: its chain must lead to one of the given certificates, and to no other. They are read again when they rotate.</summary>
public sealed class ServerTrust(PemSource authority, TimeProvider time)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly RotatingText _text = new(authority.Read, authority.File is not null, time);
    private readonly Lock _lock = new();
    private (string Pem, X509Certificate2Collection Certificates) _parsed = ("", []);

    /// <summary>Throws when there is no certificate to trust.</summary>
    public void Check() => Anchors(again: false);

    /// <summary>For the handshake.</summary>
    public bool Verify(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            return false;
        }

        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return Leads(server, presented, Anchors(again: false)) || Leads(server, presented, Anchors(again: true));
    }

    private static bool Leads(X509Certificate2 server, X509Chain? presented, X509Certificate2Collection anchors)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        foreach (var sent in presented?.ChainPolicy.ExtraStore ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(sent);
        }

        if (chain.Build(server))
        {
            return true;
        }

        // An anchor need not be a root: one that another authority signed ends the chain as well.
        var onlyPartial = chain.ChainStatus.All(s => s.Status is X509ChainStatusFlags.PartialChain);
        var last = chain.ChainElements[^1].Certificate;
        return onlyPartial && anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(last.RawDataMemory.Span));
    }

    private X509Certificate2Collection Anchors(bool again)
    {
        lock (_lock)
        {
            var pem = _text.Current(again);
            if (pem == _parsed.Pem && _parsed.Certificates.Count > 0)
            {
                return _parsed.Certificates;
            }

            var certificates = Parse(pem);
            if (certificates.Count == 0)
            {
                // Half written, perhaps: what was trusted so far is trusted on.
                return _parsed.Certificates.Count > 0
                    ? _parsed.Certificates
                    : throw new InputException($"{authority.Name}: holds no certificate, expected PEM with BEGIN CERTIFICATE.");
            }

            _parsed = (pem, certificates);
            return certificates;
        }
    }

    private static X509Certificate2Collection Parse(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates;
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
