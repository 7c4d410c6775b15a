using Microsoft.Extensions.Options;

namespace TopoScheduler.Server.Configuration;

/// <summary>Checks each value of <see cref="ExtenderOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class ExtenderOptionsValidator : IValidateOptions<ExtenderOptions>;

/// <summary>Checks each value of <see cref="PowerOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class PowerOptionsValidator : IValidateOptions<PowerOptions>;

/// <summary>Checks each value of <see cref="LogOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class LogOptionsValidator : IValidateOptions<LogOptions>;

/// <summary>Checks each value of <see cref="GangOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class GangOptionsValidator : IValidateOptions<GangOptions>;

/// <summary>Checks each value of <see cref="ElectionOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class ElectionOptionsValidator : IValidateOptions<ElectionOptions>;

/// <summary>Checks each value of <see cref="WebhookOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;

/// <summary>Checks each value of <see cref="TelemetryOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;

/// <summary>Checks each value of <see cref="ApiOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;

/// <summary>Checks each value of <see cref="GrpcOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class GrpcOptionsValidator : IValidateOptions<GrpcOptions>;

/// <summary>Checks each value of <see cref="AccessOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class AccessOptionsValidator : IValidateOptions<AccessOptions>;

/// <summary>Checks each value of <see cref="AuditOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;

/// <summary>Checks each value of <see cref="MetricsOptions"/> by itself.</summary>
[OptionsValidator]
internal sealed partial class MetricsOptionsValidator : IValidateOptions<MetricsOptions>;
