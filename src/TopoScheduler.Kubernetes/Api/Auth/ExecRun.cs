using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>Runs a credential program. What it writes to standard error goes to ours, as with kubectl; what it gives stays here.</summary>
internal sealed class ExecRun(ExecPlugin plugin, ApiConnection connection)
{
    private const int MostBytes = 1 << 20;

    /// <summary>No program may take longer.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    /// <summary>Runs it once.</summary>
    /// <exception cref="InputException">It is not there, fails, or gives no credential.</exception>
    public async Task<ExecAnswer> RunAsync(CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Start() };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            var hint = plugin.InstallHint.Length > 0 ? " " + plugin.InstallHint.Trim() : "";
            throw new InputException($"exec {plugin.Command}: cannot be started, expected a program that gives credentials.{hint}", e);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestRun);
        try
        {
            process.StandardInput.Close();
            var output = await ReadAsync(process.StandardOutput.BaseStream, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? ExecAnswer.Parse(output, plugin)
                : throw new InputException($"exec {plugin.Command}: ended with exit code {process.ExitCode}, expected 0.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InputException($"exec {plugin.Command}: took longer than {LongestRun.TotalSeconds} seconds.");
        }
        finally
        {
            Stop(process);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[MostBytes];
        var length = await stream.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return length < MostBytes ? buffer.AsMemory(0, length) : throw new InputException($"exec {plugin.Command}: writes more than {MostBytes} bytes, expected an ExecCredential.");
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
        {
            // It has ended.
        }
    }

    private ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Info();
        return start;
    }

    private string Info()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", plugin.ApiVersion);
            json.WriteString("kind", "ExecCredential");
            json.WriteStartObject("spec");
            json.WriteBoolean("interactive", false);
            if (plugin.ProvideClusterInfo)
            {
                WriteCluster(json);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private void WriteCluster(Utf8JsonWriter json)
    {
        json.WriteStartObject("cluster");
        json.WriteString("server", connection.Server.ToString());
        if (connection.TlsServerName is { } name)
        {
            json.WriteString("tls-server-name", name);
        }

        if (connection.SkipVerify)
        {
            json.WriteBoolean("insecure-skip-tls-verify", true);
        }

        if (connection.Authority is { } authority)
        {
            json.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(authority.Read()));
        }

        if (connection.Proxy?.GetProxy(connection.Server) is { } proxy)
        {
            json.WriteString("proxy-url", proxy.ToString());
        }

        json.WriteEndObject();
    }
}
