using System.Security.Cryptography;
using System.Text;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>The folder of one control plane: keys, tokens, kubeconfig files, data of etcd, outputs.</summary>
internal sealed class ControlPlaneFiles : IDisposable
{
    /// <summary>The bearer token of the administrator. It guards nothing: the server is on loopback and gone after the test.</summary>
    public const string AdminToken = "administrator";

    private const int KeyBits = 2048;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("toposched-plane-");

    public ControlPlaneFiles()
    {
        Write("tokens.csv", $"{AdminToken},admin,admin,\"system:masters\"\n");
        using var key = RSA.Create(KeyBits);
        Write("sa.key", key.ExportRSAPrivateKeyPem());
        Write("sa.pub", key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>The folder.</summary>
    public string Root => _root.FullName;

    /// <summary>Full path of a file in it.</summary>
    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    /// <summary>Writes a kubeconfig file and returns its path.</summary>
    public string WriteKubeconfig(string name, Uri server, string token) => Write(name, $"""
        apiVersion: v1
        kind: Config
        current-context: test
        clusters:
        - name: test
          cluster:
            server: {server.GetLeftPart(UriPartial.Authority)}
            certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(File.ReadAllText(Path("certs/apiserver.crt"))))}
        contexts:
        - name: test
          context: {"{"}cluster: test, user: test{"}"}
        users:
        - name: test
          user: {"{"}token: {token}{"}"}

        """);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _root.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A file may still be closing; the system's own clean-up takes it.
        }
    }
}
