using System.Collections.Concurrent;
using System.Net;
using System.Text;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// Stands between kube-scheduler and the extender and hands everything on as it is. A test may hold calls back, which makes races happen when it wants them.
/// </summary>
internal sealed class ExtenderProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ConcurrentQueue<RecordedCall> _calls = new();
    private readonly ConcurrentBag<Task> _answers = [];
    private readonly string _target;
    private readonly Task _accepting;
    private volatile Func<RecordedCall, Task> _before = static _ => Task.CompletedTask;

    /// <param name="target">The extender.</param>
    public ExtenderProxy(ServedExtender target)
    {
        _target = target.Address;
        Url = $"http://127.0.0.1:{LoopbackPort.Next()}/scheduler";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The <c>urlPrefix</c> of a scheduler's configuration.</summary>
    public string Url { get; }

    /// <summary>What went through, in the order it came.</summary>
    public IReadOnlyList<RecordedCall> Calls => [.. _calls];

    /// <summary>Called with each call before it is handed on; the call waits for it.</summary>
    public void Before(Func<RecordedCall, Task> act) => _before = act;

    /// <summary>Nothing waits any more.</summary>
    public void LetThrough() => _before = static _ => Task.CompletedTask;

    /// <summary>Holds calls of a verb back, all but the first so many, until the gate is opened.</summary>
    public Gate Hold(string verb, int letThrough = 0)
    {
        var gate = new Gate(verb, letThrough);
        Before(gate.PassAsync);
        return gate;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        LetThrough();
        _listener.Close();
        await _accepting;
        await Task.WhenAll(_answers);
        _client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _answers.Add(HandOnAsync(await _listener.GetContextAsync()));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private async Task HandOnAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var call = new RecordedCall(context.Request.Url!.Segments[^1], "", await reader.ReadToEndAsync());
            _calls.Enqueue(call);
            await _before(call);
            using var body = new StringContent(call.Body, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri($"{_target}/scheduler/{call.Verb}"), body);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength64) = ((int)answer.StatusCode, "application/json", bytes.Length);
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (HttpRequestException)
        {
            // The extender is away, as the test wants it: so is the answer.
            context.Response.Abort();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The scheduler hung up, or the test is over.
        }
    }

    /// <summary>Calls that wait.</summary>
    internal sealed class Gate(string verb, int letThrough)
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        /// <summary>How many calls wait, or have waited.</summary>
        public int Waiting => Math.Max(0, Volatile.Read(ref _arrived) - letThrough);

        /// <summary>Waits until so many calls wait here.</summary>
        public Task WaitForAsync(int calls) => Eventually.HoldsAsync($"{calls} calls of {verb} wait", TimeSpan.FromSeconds(30), () => Task.FromResult(Waiting >= calls));

        /// <summary>Lets all go on.</summary>
        public void Open() => _open.TrySetResult();

        internal Task PassAsync(RecordedCall call) =>
            call.Verb == verb && Interlocked.Increment(ref _arrived) > letThrough ? _open.Task : Task.CompletedTask;
    }
}
