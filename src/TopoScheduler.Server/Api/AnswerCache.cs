using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Server.Api;

/// <summary>Answers of the newest snapshot that were worked out already. A snapshot never changes, so they are good as long as it is the newest.</summary>
/// <typeparam name="T">An answer as a door gives it.</typeparam>
internal sealed class AnswerCache<T>
    where T : class
{
    private const int Most = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, T> _answers = new(StringComparer.Ordinal);
    private ClusterSnapshot? _snapshot;

    /// <summary>The answer to a question, or null.</summary>
    public T? Find(ClusterSnapshot snapshot, string question)
    {
        lock (_lock)
        {
            return ReferenceEquals(snapshot, _snapshot) ? _answers.GetValueOrDefault(question) : null;
        }
    }

    /// <summary>Remembers an answer, and forgets those of another snapshot.</summary>
    public void Keep(ClusterSnapshot snapshot, string question, T answer)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(snapshot, _snapshot) || _answers.Count >= Most) _answers.Clear();
            _snapshot = snapshot;
            _answers[question] = answer;
        }
    }
}
