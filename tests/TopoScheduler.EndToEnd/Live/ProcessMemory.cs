using System.Globalization;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>Memory of a process as Linux counts it.</summary>
/// <param name="ResidentMiB">Resident now.</param>
/// <param name="MostMiB">Most it ever was.</param>
internal readonly record struct ProcessMemory(long ResidentMiB, long MostMiB)
{
    /// <summary>Of a process that is running.</summary>
    public static ProcessMemory Of(int id)
    {
        var lines = File.ReadAllLines($"/proc/{id}/status");
        return new(Field("VmRSS:"), Field("VmHWM:"));

        long Field(string name) => long.Parse(lines.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ResidentMiB:N0} MiB resident, {MostMiB:N0} MiB at most";
}
