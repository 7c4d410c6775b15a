using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>
/// The credential as it is now. Files are read again at most once a minute, a program is run again when what it gave has expired; after a refusal
/// (401) both at once. Of several requests refused together only one does so.
/// </summary>
internal sealed class CredentialStore : IDisposable
{
    private readonly ApiUser _user;
    private readonly ExecRun? _exec;
    private readonly RotatingText? _token;
    private readonly RotatingText? _certificate;
    private readonly RotatingText? _key;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TimeProvider _time;
    private volatile Credential? _current;
    private ExecAnswer? _answer;

    public CredentialStore(ApiConnection connection, TimeProvider time)
    {
        _user = connection.User;
        _time = time;
        _exec = _user.Exec is null ? null : new(_user.Exec, connection);
        _token = _user.TokenFile is null ? null : new(() => NotEmpty(_user.TokenFile, FileText.Read(_user.TokenFile).Trim()), rotates: true, time);
        _certificate = _user.ClientCertificate is { } c ? new(c.Read, c.File is not null, time) : null;
        _key = _user.ClientKey is { } k ? new(k.Read, k.File is not null, time) : null;
    }

    /// <summary>The credential to use.</summary>
    /// <param name="refused">The one the server refused; null when none was.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="InputException">There is none to be had.</exception>
    public async ValueTask<Credential> CurrentAsync(Credential? refused, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var again = refused is not null && ReferenceEquals(refused, _current);
            if (_exec is not null && (again || _answer is null || _answer.Expires <= _time.GetUtcNow()))
            {
                _answer = await _exec.RunAsync(cancellation).ConfigureAwait(false);
            }

            var next = Read(again);
            return _current = Equal(_current, next) ? _current! : next;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static bool Equal(Credential? a, Credential b) => a is not null && a.Authorization == b.Authorization && a.CertificatePem == b.CertificatePem;

    private Credential Read(bool again)
    {
        var authorization =
            _answer?.Token is { } given ? "Bearer " + given :
            _token is not null ? "Bearer " + _token.Current(again) :
            _user.Token is not null ? "Bearer " + _user.Token :
            _user.UserName is not null ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user.UserName}:{_user.Password}")) : null;
        if (authorization is not null && authorization.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            throw new InputException("the token holds a line break or another control character, expected one line.");
        }

        if (_answer?.CertificatePem is { } certificate)
        {
            return WithCertificate(authorization, certificate, _answer.KeyPem!, _user.Exec!.Command);
        }

        return _certificate is null
            ? new(authorization, null, "")
            : WithCertificate(authorization, _certificate.Current(again), _key!.Current(again), _user.ClientCertificate!.Name);
    }

    private Credential WithCertificate(string? authorization, string certificate, string key, string name)
    {
        var pem = certificate + "\n" + key;
        if (_current is { Certificate: not null } current && current.CertificatePem == pem)
        {
            return current with { Authorization = authorization };
        }

        try
        {
            using var leaf = X509Certificate2.CreateFromPem(certificate, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);

            // Handshakes want a key that lives outside the process's memory on some systems; a round over PKCS #12 gives it everywhere.
            var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            return new(authorization, new(usable, chain), pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Certificate and key are two files: between the two writes they do not match.
            return _current is { Certificate: not null } last
                ? last with { Authorization = authorization }
                : throw new InputException($"{name}: certificate and key do not make a client certificate, expected PEM of both that belong together.", e);
        }
    }

    private static string NotEmpty(string file, string token) => token.Length > 0 ? token : throw new InputException($"{file}: is empty, expected a token.");
}
