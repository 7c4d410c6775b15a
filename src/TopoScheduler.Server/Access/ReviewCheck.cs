using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Access;

/// <summary>
/// Asks the API server: a TokenReview says who bears the token, a SubjectAccessReview whether that user may do what it wants. Both answers are remembered for
/// a while, under a digest of the token. Strangers have a memory of their own, so that guesses do not push out those who are known. No answer is no.
/// </summary>
internal sealed class ReviewCheck : ICallerCheck, IDisposable
{
    /// <summary>Callers, and as many rights and strangers, that are remembered.</summary>
    public const int Most = 1024;

    private const int MostAtOnce = 4;
    private const string TokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    private const string AccessReviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private readonly ApiClient _client;
    private readonly ImmutableArray<string> _audiences;
    private readonly TimeSpan _allowLasts;
    private readonly TimeSpan _denyLasts;
    private readonly ExpiringCache<Tree> _users;
    private readonly ExpiringCache<bool> _rights;
    private readonly ExpiringCache<bool> _strangers;
    private readonly SemaphoreSlim _asking = new(MostAtOnce);

    /// <summary>Asks this API server.</summary>
    public ReviewCheck(ApiClient client, AccessOptions options, TimeProvider time)
    {
        (_client, _audiences) = (client, options.AudienceList);
        (_allowLasts, _denyLasts) = (TimeSpan.FromSeconds(options.AllowSeconds), TimeSpan.FromSeconds(options.DenySeconds));
        (_users, _rights, _strangers) = (new(Most, time), new(Most, time), new(Most, time));
    }

    /// <inheritdoc/>
    public async ValueTask<CallerVerdict> JudgeAsync(string token, RouteAccess access, CancellationToken cancellation)
    {
        var caller = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var wish = $"{caller} {access.Verb} {access.Resource} {access.Namespace}";
        if (Remembered(caller, wish) is { } known) return known;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeLimit);
        try
        {
            // Few ask at a time, whoever may be knocking; and what one has been told meanwhile, the next knows.
            await _asking.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                return Remembered(caller, wish) ?? await AskAsync(token, access, caller, wish, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _asking.Release();
            }
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return new(CallerStanding.Unavailable, Trouble: e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(CallerStanding.Unavailable, Trouble: $"no answer within {TimeLimit.TotalSeconds:F0} seconds");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private CallerVerdict? Remembered(string caller, string wish)
    {
        if (_strangers.TryGet(caller, out _)) return new(CallerStanding.Unknown);
        return _users.TryGet(caller, out var user) && _rights.TryGet(wish, out var may) ? Verdict(user, may) : null;
    }

    private async Task<CallerVerdict> AskAsync(string token, RouteAccess access, string caller, string wish, CancellationToken cancellation)
    {
        if (!_users.TryGet(caller, out var user))
        {
            var status = (await _client.CreateAsync(TokenReviews, TokenReview(token), cancellation).ConfigureAwait(false))["status"];
            if (!IsAuthenticated(status))
            {
                _strangers.Put(caller, true, _denyLasts);
                return new(CallerStanding.Unknown);
            }

            user = status["user"];
            _users.Put(caller, user, _allowLasts);
        }

        var answer = (await _client.CreateAsync(AccessReviews, AccessReview(user, access), cancellation).ConfigureAwait(false))["status"];
        var may = IsTrue(answer["allowed"]) && !IsTrue(answer["denied"]);
        _rights.Put(wish, may, may ? _allowLasts : _denyLasts);
        return Verdict(user, may);
    }

    // A token that is for somebody else is none for us: where audiences were asked for, one of them must come back.
    private bool IsAuthenticated(Tree status) =>
        IsTrue(status["authenticated"]) && status["user"]["username"].Text.Length > 0 && (_audiences.IsEmpty || Texts(status["audiences"]).Any(a => _audiences.Contains(a)));

    private static CallerVerdict Verdict(Tree user, bool may) => new(may ? CallerStanding.Allowed : CallerStanding.Forbidden, user["username"].Text);

    private static bool IsTrue(Tree value) => value.Text is "true" or "True";

    private ReadOnlyMemory<byte> TokenReview(string token) => Write("authentication.k8s.io/v1", "TokenReview", json =>
    {
        json.WriteString("token", token);
        if (!_audiences.IsEmpty) WriteTexts(json, "audiences", _audiences);
    });

    private static ReadOnlyMemory<byte> AccessReview(Tree user, RouteAccess access) => Write("authorization.k8s.io/v1", "SubjectAccessReview", json =>
    {
        json.WriteString("user", user["username"].Text);
        json.WriteString("uid", user["uid"].Text);
        WriteTexts(json, "groups", Texts(user["groups"]));
        json.WriteStartObject("extra");
        foreach (var (key, values) in user["extra"].Entries) WriteTexts(json, key, Texts(values));
        json.WriteEndObject();
        json.WriteStartObject("resourceAttributes");
        json.WriteString("group", RouteAccess.Group);
        json.WriteString("resource", access.Resource);
        json.WriteString("verb", access.Verb);
        if (access.Namespace.Length > 0) json.WriteString("namespace", access.Namespace);
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Write(string apiVersion, string kind, Action<Utf8JsonWriter> spec)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", apiVersion);
            json.WriteString("kind", kind);
            json.WriteStartObject("spec");
            spec(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static string[] Texts(Tree list)
    {
        var texts = new string[list.Items.Length];
        for (var i = 0; i < texts.Length; i++) texts[i] = list.Items[i].Text;
        return texts;
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
