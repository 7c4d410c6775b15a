using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TopoScheduler.Testing.Certificates;

/// <summary>An authority of a test, and certificates it signs.</summary>
public sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset To = DateTimeOffset.UtcNow.AddDays(30);

    private readonly X509Certificate2 _authority;
    private ushort _serial = 1;

    /// <summary>An authority of this name.</summary>
    public TestCertificates(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(From, To);
    }

    /// <summary>Its own certificate.</summary>
    public string Pem => _authority.ExportCertificatePem();

    /// <summary>For a server at an address or of a name.</summary>
    public X509Certificate2 Server(string name)
    {
        var (certificate, key) = ServerPem(name);
        using var leaf = X509Certificate2.CreateFromPem(certificate, key);
        return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The same as PEM of certificate and key.</summary>
    public (string Certificate, string Key) ServerPem(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        return Sign("server", "1.3.6.1.5.5.7.3.1", names.Build());
    }

    /// <summary>For a client: PEM of certificate and key.</summary>
    public (string Certificate, string Key) Client(string name) => Sign(name, "1.3.6.1.5.5.7.3.2", null);

    /// <summary>The same with an alternative name of a host and one that is a URI.</summary>
    public (string Certificate, string Key) Client(string name, string host, string uri)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddUri(new(uri));
        return Sign(name, "1.3.6.1.5.5.7.3.2", names.Build());
    }

    /// <summary>For a client, no longer valid.</summary>
    public (string Certificate, string Key) ExpiredClient(string name) => Sign(name, "1.3.6.1.5.5.7.3.2", null, From.AddHours(23));

    /// <summary>For a client, valid for so much longer.</summary>
    public (string Certificate, string Key) BriefClient(string name, TimeSpan valid) => Sign(name, "1.3.6.1.5.5.7.3.2", null, DateTimeOffset.UtcNow + valid);

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    private (string Certificate, string Key) Sign(string name, string use, X509Extension? names, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        var serial = _serial++;
        using var signed = request.Create(_authority, From, until ?? To.AddDays(-1), [1, (byte)(serial >> 8), (byte)serial]);
        return (signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
