using System.Security.Cryptography;
using System.Text;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>
/// A bearer token in a file. The file is read whenever the token is needed: its content is what counts, because the times of files that are links (as in a
/// mounted Secret) say nothing. The token is in no message.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class SecretFile(string path)
{
    private const int MostBytes = 16 << 10;
    private const int LeastCharacters = 16;

    /// <summary>The token.</summary>
    /// <exception cref="InputException">The file cannot be read or holds none.</exception>
    public string Read()
    {
        string text;
        try
        {
            text = new FileInfo(path).Length <= MostBytes ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be read, expected a file with a token.", e);
        }

        var usable = text.Length >= LeastCharacters && text.All(c => c is > ' ' and < '\x7f');
        return usable ? text : throw new InputException($"{path}: holds no token, expected at least {LeastCharacters} printable characters of ASCII without spaces.");
    }

    /// <summary>True when this is the token. How long this takes says nothing of it.</summary>
    /// <exception cref="InputException">The file cannot be read or holds none.</exception>
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(Digest(Read()), Digest(token));

    // Digests are of one length, whatever was sent.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
