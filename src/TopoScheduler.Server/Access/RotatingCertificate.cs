using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>
/// The certificate of an address. Both files are read at every handshake, of which there are few. Between the writes of the two they do not belong together;
/// then, and whenever they cannot be read, the last certificate stays in force.
/// </summary>
internal sealed class RotatingCertificate
{
    private readonly string _certFile;
    private readonly string _keyFile;
    private readonly LastUsable<SslStreamCertificateContext> _files;

    // Between certificate and key: it is in no PEM.
    private const char Border = '\0';

    /// <summary>The certificate of these files.</summary>
    /// <param name="certFile">PEM of the certificate, its chain after it.</param>
    /// <param name="keyFile">PEM of the key.</param>
    public RotatingCertificate(string certFile, string keyFile)
    {
        (_certFile, _keyFile) = (certFile, keyFile);
        _files = new(() => FileContent.Text(certFile) + Border + FileContent.Text(keyFile), Load);
    }

    /// <summary>Is told once of files that cannot be used.</summary>
    public Action<string>? Trouble
    {
        set => _files.Trouble = value;
    }

    /// <summary>The certificate now.</summary>
    /// <exception cref="InputException">There never was one that could be used.</exception>
    public SslStreamCertificateContext Current() => _files.Current();

    private SslStreamCertificateContext Load(string text)
    {
        try
        {
            var border = text.IndexOf(Border, StringComparison.Ordinal);
            var certificate = text.AsSpan(0, border);
            using var leaf = X509Certificate2.CreateFromPem(certificate, text.AsSpan(border + 1));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);

            // Handshakes want a key that lives outside the process's memory on some systems; a round over PKCS #12 gives it everywhere.
            var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(usable, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InputException($"{_certFile}: certificate and {_keyFile} do not make a server certificate, expected PEM of both that belong together.", e);
        }
    }
}
