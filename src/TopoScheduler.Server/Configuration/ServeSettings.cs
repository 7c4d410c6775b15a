using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TopoScheduler.Server.Configuration;

/// <summary>
/// All options of <c>toposched serve</c>, checked. Reading them goes in two steps, so that every problem is told at once: keys that nobody knows and values
/// of the wrong type are told and left out, then what remains is bound and validated.
/// </summary>
public sealed partial class ServeSettings
{
    private static readonly (string Key, Type Type)[] Sections =
    [
        ("source", typeof(SourceOptions)), ("listen", typeof(ListenOptions)), ("extender", typeof(ExtenderOptions)), ("power", typeof(PowerOptions)),
        ("webhook", typeof(WebhookOptions)), ("gangs", typeof(GangOptions)), ("election", typeof(ElectionOptions)), ("telemetry", typeof(TelemetryOptions)),
        ("api", typeof(ApiOptions)), ("grpc", typeof(GrpcOptions)), ("access", typeof(AccessOptions)), ("audit", typeof(AuditOptions)), ("metrics", typeof(MetricsOptions)), ("log", typeof(LogOptions)),
    ];

    private ServeSettings(IServiceProvider services, SortedDictionary<string, string> given)
    {
        Given = given;
        Source = services.GetRequiredService<IOptions<SourceOptions>>().Value;
        Listen = services.GetRequiredService<IOptions<ListenOptions>>().Value;
        Extender = services.GetRequiredService<IOptions<ExtenderOptions>>().Value;
        Power = services.GetRequiredService<IOptions<PowerOptions>>().Value;
        Gangs = services.GetRequiredService<IOptions<GangOptions>>().Value;
        Election = services.GetRequiredService<IOptions<ElectionOptions>>().Value;
        Webhook = services.GetRequiredService<IOptions<WebhookOptions>>().Value;
        Telemetry = services.GetRequiredService<IOptions<TelemetryOptions>>().Value;
        Api = services.GetRequiredService<IOptions<ApiOptions>>().Value;
        Grpc = services.GetRequiredService<IOptions<GrpcOptions>>().Value;
        Access = services.GetRequiredService<IOptions<AccessOptions>>().Value;
        Audit = services.GetRequiredService<IOptions<AuditOptions>>().Value;
        Metrics = services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        Log = services.GetRequiredService<IOptions<LogOptions>>().Value;
    }

    /// <summary>Where the state of the cluster comes from.</summary>
    public SourceOptions Source { get; }

    /// <summary>Where requests are listened for.</summary>
    public ListenOptions Listen { get; }

    /// <summary>What the extender may be asked, and how it answers.</summary>
    public ExtenderOptions Extender { get; }

    /// <summary>What is believed of the watts pods state and meters show, and how far ahead budgets must hold.</summary>
    public PowerOptions Power { get; }

    /// <summary>How whole gangs are placed by gates.</summary>
    public GangOptions Gangs { get; }

    /// <summary>Which of several replicas schedules.</summary>
    public ElectionOptions Election { get; }

    /// <summary>The admission webhooks.</summary>
    public WebhookOptions Webhook { get; }

    /// <summary>Where measured watts come from.</summary>
    public TelemetryOptions Telemetry { get; }

    /// <summary>What the API answers.</summary>
    public ApiOptions Api { get; }

    /// <summary>What gRPC may take.</summary>
    public GrpcOptions Grpc { get; }

    /// <summary>Who may use the API.</summary>
    public AccessOptions Access { get; }

    /// <summary>The record of every decision.</summary>
    public AuditOptions Audit { get; }

    /// <summary>What is told beside the log.</summary>
    public MetricsOptions Metrics { get; }

    /// <summary>What is logged, and how.</summary>
    public LogOptions Log { get; }

    /// <summary>What was said of each key, in their order; the others have their defaults. No secret: these stand in files.</summary>
    internal IReadOnlyDictionary<string, string> Given { get; }

    /// <summary>Reads and checks settings.</summary>
    /// <exception cref="SettingsException">Something is wrong with them.</exception>
    public static ServeSettings Load(SettingsInput input)
    {
        var values = input.Merge();
        var problems = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var sound = values.Where(v => IsSound(v.Key, v.Value, problems)).ToDictionary(v => v.Key, v => (string?)v.Value, StringComparer.OrdinalIgnoreCase);
        using var services = Services(new ConfigurationBuilder().AddInMemoryCollection(sound).Build());
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (AggregateException e)
        {
            foreach (var inner in e.InnerExceptions.OfType<OptionsValidationException>()) Tell(inner, values, problems);
        }
        catch (OptionsValidationException e)
        {
            Tell(e, values, problems);
        }

        if (problems.Count > 0) throw new SettingsException([.. problems.Values]);
        var settings = new ServeSettings(services, values);
        // A file answers no question about callers.
        var callers = settings.Api.Enabled || settings.Listen.GrpcUrl is not null ? "those who ask" : settings.Telemetry.Push ? "those who push" : null;
        var needsToken = callers is not null && settings.Source.Cluster is { Length: > 0 } && settings.Access.TokenFile is not { Length: > 0 };
        return needsToken ? throw new SettingsException([$"access.tokenFile: expected a file with the token of {callers}: with source.cluster there is no API server to ask who they are."]) : settings;
    }

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddOptions<SourceOptions>().Bind(configuration.GetSection("source")).ValidateOnStart();
        services.AddOptions<ListenOptions>().Bind(configuration.GetSection("listen")).ValidateOnStart();
        services.AddOptions<ExtenderOptions>().Bind(configuration.GetSection("extender")).ValidateOnStart();
        services.AddOptions<PowerOptions>().Bind(configuration.GetSection("power")).ValidateOnStart();
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection("webhook")).ValidateOnStart();
        services.AddOptions<GangOptions>().Bind(configuration.GetSection("gangs")).ValidateOnStart();
        services.AddOptions<ElectionOptions>().Bind(configuration.GetSection("election")).ValidateOnStart();
        services.AddOptions<TelemetryOptions>().Bind(configuration.GetSection("telemetry")).ValidateOnStart();
        services.AddOptions<ApiOptions>().Bind(configuration.GetSection("api")).ValidateOnStart();
        services.AddOptions<GrpcOptions>().Bind(configuration.GetSection("grpc")).ValidateOnStart();
        services.AddOptions<AccessOptions>().Bind(configuration.GetSection("access")).ValidateOnStart();
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection("audit")).ValidateOnStart();
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection("metrics")).ValidateOnStart();
        services.AddOptions<LogOptions>().Bind(configuration.GetSection("log")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExtenderOptions>, ExtenderOptionsValidator>();
        services.AddSingleton<IValidateOptions<PowerOptions>, PowerOptionsValidator>();
        services.AddSingleton<IValidateOptions<GangOptions>, GangOptionsValidator>();
        services.AddSingleton<IValidateOptions<ElectionOptions>, ElectionOptionsValidator>();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.AddSingleton<IValidateOptions<GrpcOptions>, GrpcOptionsValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsValidator>();
        services.AddSingleton<IValidateOptions<LogOptions>, LogOptionsValidator>();
        services.AddSingleton<IValidateOptions<SourceOptions>, ServeRules>();
        services.AddSingleton<IValidateOptions<ListenOptions>, ServeRules>();
        services.AddSingleton<IValidateOptions<ExtenderOptions>, ServeRules>();
        services.AddSingleton<IValidateOptions<WebhookOptions>, ServeRules>();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryRules>();
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsRules>();
        return services.BuildServiceProvider();
    }

    private static bool IsSound(string key, string value, SortedDictionary<string, string> problems)
    {
        var parts = key.Split(':');
        var section = Sections.FirstOrDefault(s => s.Key.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        var property = parts.Length >= 2 ? Properties(section.Type).FirstOrDefault(p => p.Name.Equals(parts[1], StringComparison.OrdinalIgnoreCase)) : null;
        if (property is not null && parts.Length > 2)
        {
            // One sentence, however many items there are.
            problems[$"{parts[0]}:{parts[1]}"] = $"{section.Key}.{KeyOf(property.Name)}: expected one value, not a list or a map.";
            return false;
        }

        if (property is null)
        {
            var known = section.Type is null ? Sections.Select(s => s.Key) : Properties(section.Type).Select(p => $"{section.Key}.{KeyOf(p.Name)}");
            problems[key] = $"{Dotted(key)}=\"{value}\": nobody reads this key; expected one of {string.Join(", ", known)}.";
            return false;
        }

        var expected =
            (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "a whole number" :
            property.PropertyType == typeof(bool) && !bool.TryParse(value, out _) ? "true or false" : null;
        if (expected is not null) problems[key] = $"{section.Key}.{KeyOf(property.Name)}=\"{value}\": expected {expected}.";
        return expected is null;
    }

    // "BodyMiB: expected …" becomes extender.bodyMiB="0": expected …
    private static void Tell(OptionsValidationException e, SortedDictionary<string, string> values, SortedDictionary<string, string> problems)
    {
        var section = Sections.First(s => s.Type == e.OptionsType);
        foreach (var failure in e.Failures)
        {
            var colon = failure.IndexOf(": ", StringComparison.Ordinal);
            var property = section.Type.GetProperty(failure[..colon])!;
            var key = $"{section.Key}:{KeyOf(property.Name)}";
            // The value may be a default; then there is none to show. An address may hold a password.
            var shown = values.TryGetValue(key, out var value) ? $"=\"{UserInfo().Replace(value, "//...@")}\"" : "";
            problems.TryAdd(key, $"{Dotted(key)}{shown}: {Expected(property, failure[(colon + 2)..])}");
        }
    }

    // The generated validators have words of their own for a range and lose those of the attribute.
    private static string Expected(PropertyInfo property, string message) =>
        message.StartsWith("expected", StringComparison.Ordinal) ? message : property.GetCustomAttribute<ValidationAttribute>()?.FormatErrorMessage(property.Name) ?? message;

    private static PropertyInfo[] Properties(Type? options) => options?.GetProperties() ?? [];

    private static string KeyOf(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    private static string Dotted(string key) => key.Replace(':', '.');

    [GeneratedRegex("//[^/]*@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();
}
