using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Webhook;

/// <summary>
/// The certificate of the webhook's address. Both files are read at every handshake, of which there are few: their content is what counts, because the
/// times of files that are links (as in a mounted Secret) say nothing. Between the writes of the two they do not belong together; then, and whenever they
/// cannot be read, the last certificate stays in force.
/// </summary>
/// <param name="certFile">PEM of the certificate, its chain after it.</param>
/// <param name="keyFile">PEM of the key.</param>
internal sealed class RotatingCertificate(string certFile, string keyFile)
{
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private string _pem = "";
    private string? _lastTrouble;

    /// <summary>Is told once of files that cannot be used.</summary>
    public Action<string>? Trouble { get; set; }

    /// <summary>The certificate now.</summary>
    /// <exception cref="InputException">There never was one that could be used.</exception>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            try
            {
                var (certificate, key) = (Text(certFile), Text(keyFile));
                if (_current is null || _pem != certificate + key) (_current, _pem) = (Load(certificate, key), certificate + key);
                _lastTrouble = null;
            }
            catch (InputException e) when (_current is not null)
            {
                if (_lastTrouble != e.Message) Trouble?.Invoke(e.Message);
                _lastTrouble = e.Message;
            }

            return _current;
        }
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private SslStreamCertificateContext Load(string certificate, string key)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(certificate, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);

            // Handshakes want a key that lives outside the process's memory on some systems; a round over PKCS #12 gives it everywhere.
            var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(usable, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InputException($"{certFile}: certificate and {keyFile} do not make a server certificate, expected PEM of both that belong together.", e);
        }
    }
}
