using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TopoScheduler.Server.Tests.Access;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>A client that calls any method by its name, with a token or without.</summary>
internal sealed class GrpcClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly string? _token;

    /// <summary>A client of an address.</summary>
    public GrpcClient(Uri address, string? token, HttpMessageHandler? handler = null)
    {
        _channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, MaxReceiveMessageSize = 64 << 20 });
        (_invoker, _token) = (_channel.CreateCallInvoker(), token);
    }

    /// <summary>A client of the last address of a server.</summary>
    public static GrpcClient Of(TestServer server, string? token) => new(new(server.Urls[^1]), token);

    /// <summary>A client of a server with certificates.</summary>
    public static GrpcClient Of(SecuredServer secured, string? token) => Of(secured, new(secured.Server.Urls[^1]), token);

    /// <summary>A client of one of its addresses.</summary>
    public static GrpcClient Of(SecuredServer secured, Uri address, string? token)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(secured.Authority.Pem) },
        };
        return new(address, token, handler);
    }

    /// <summary>Asks.</summary>
    /// <param name="method"><c>toposcheduler.v1.ClusterService/GetPower</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="options">Deadline, cancellation.</param>
    public Task<TResponse> AskAsync<TRequest, TResponse>(string method, TRequest request, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => _invoker.AsyncUnaryCall(MethodOf<TRequest, TResponse>(method, MethodType.Unary), null, With(options), request).ResponseAsync;

    /// <summary>Watches.</summary>
    public AsyncServerStreamingCall<TResponse> Watch<TRequest, TResponse>(string method, TRequest request, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => _invoker.AsyncServerStreamingCall(MethodOf<TRequest, TResponse>(method, MethodType.ServerStreaming), null, With(options), request);

    /// <summary>Pushes.</summary>
    public AsyncClientStreamingCall<TRequest, TResponse> Push<TRequest, TResponse>(string method, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => _invoker.AsyncClientStreamingCall(MethodOf<TRequest, TResponse>(method, MethodType.ClientStreaming), null, With(options));

    /// <summary>Talks both ways.</summary>
    public AsyncDuplexStreamingCall<TRequest, TResponse> Talk<TRequest, TResponse>(string method)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => _invoker.AsyncDuplexStreamingCall(MethodOf<TRequest, TResponse>(method, MethodType.DuplexStreaming), null, With(default));

    /// <summary>The status a call ends with.</summary>
    public static async Task<Status> StatusAsync(Func<Task> call)
    {
        try
        {
            await call();
            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private CallOptions With(CallOptions options) => _token is null ? options : options.WithHeaders(new Metadata { { "authorization", $"Bearer {_token}" } });

    private static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(string name, MethodType type)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var parts = name.Split('/');
        return new(type, parts[0], parts[1], Marshaller<TRequest>(), Marshaller<TResponse>());
    }

    private static Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new());
        return Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);
    }
}
