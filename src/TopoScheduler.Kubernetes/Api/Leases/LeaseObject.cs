using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TopoScheduler.Kubernetes.Api.Leases;

/// <summary>A Lease; what we do not know of is kept and written back.</summary>
internal sealed record LeaseObject
{
    public string ApiVersion { get; init; } = "coordination.k8s.io/v1";

    public string Kind { get; init; } = "Lease";

    public required LeaseMetadata Metadata { get; init; }

    public LeaseSpec? Spec { get; init; }
}

/// <summary>Metadata of a Lease.</summary>
internal sealed record LeaseMetadata
{
    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? ResourceVersion { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>What a Lease says.</summary>
internal sealed record LeaseSpec
{
    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    public string? AcquireTime { get; init; }

    public string? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Other { get; set; }

    /// <summary>A MicroTime: six digits, always.</summary>
    public static string MicroTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The same record as another: nobody has written it in between.</summary>
    public bool IsSame(LeaseSpec? other) =>
        other is not null && HolderIdentity == other.HolderIdentity && LeaseDurationSeconds == other.LeaseDurationSeconds
        && AcquireTime == other.AcquireTime && RenewTime == other.RenewTime && LeaseTransitions == other.LeaseTransitions;
}

/// <summary>Reads and writes Leases.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LeaseObject))]
internal sealed partial class LeaseJson : JsonSerializerContext;
