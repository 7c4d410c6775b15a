using System.Reflection;
using System.Text.RegularExpressions;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>The order of the rooms inside Core: each may use those after it, none before it (docs/design/0003-core-order.md).</summary>
public sealed partial class CoreOrderTests
{
    private const string RootNamespace = "TopoScheduler.Core";
    private static readonly string[] Rooms = ["Placement", "Cluster", "Distance", "Gangs", "Power", "Topology"];
    private static readonly Assembly Core = typeof(Problem).Assembly;

    public static TheoryData<string> RoomNames => [.. Rooms];

    [Fact]
    public void Rooms_Core_AreThoseOfTheOrder()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("src/TopoScheduler.Core")).Select(Path.GetFileName).Except(["bin", "obj"]);

        Assert.Equal(Rooms.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void CompiledTypes_Room_UseOnlyRoomsAfterIt(string room)
    {
        var types = Core.GetTypes().Where(type => RoomOf(type) == room).ToArray();
        var backwards =
            from type in types
            from used in TypeDependencies.Of(type)
            where used.Assembly == Core && IsBefore(RoomOf(used), room)
            orderby type.FullName, used.FullName
            select $"{type.FullName} uses {used.FullName}";

        Assert.NotEmpty(types);
        Offences.AreNone(backwards);
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Usings_Room_NameOnlyRoomsAfterIt(string room)
    {
        var files = Repository.Files($"src/TopoScheduler.Core/{room}", "*.cs");
        var backwards =
            from file in files
            from Match match in CoreNamespace().Matches(Repository.Read(file))
            where IsBefore(match.Groups["room"].Value, room)
            select $"{file} names {match.Value}";

        Assert.NotEmpty(files);
        Offences.AreNone(backwards);
    }

    [Fact]
    public void CompiledTypes_Root_UseNoRoom()
    {
        var roomed =
            from type in Core.GetTypes()
            where type.Namespace == RootNamespace && !IsGenerated(type)
            from used in TypeDependencies.Of(type)
            where used.Assembly == Core && RoomOf(used) is not null
            select $"{type.FullName} uses {used.FullName}";

        Offences.AreNone(roomed);
    }

    [Fact]
    public void Dependencies_TypeOnlyInAMethodBody_AreFound()
    {
        var found = TypeDependencies.Of(typeof(HidesItsDependency));

        Assert.Contains(typeof(Tier), found);
        Assert.Contains(typeof(PowerShare), found);
    }

    // -1 for the root and for what the compiler made: they stand before and after no room.
    private static bool IsBefore(string? used, string room)
    {
        var at = Array.IndexOf(Rooms, used);
        return at >= 0 && at < Array.IndexOf(Rooms, room);
    }

    private static string? RoomOf(Type type) =>
        type.Namespace is { } name && name.StartsWith(RootNamespace + ".", StringComparison.Ordinal) ? name.Split('.')[2] : null;

    private static bool IsGenerated(Type type) => type.Name.StartsWith('<');

    [GeneratedRegex(@"TopoScheduler\.Core\.(?<room>\w+)")]
    private static partial Regex CoreNamespace();

    private static class HidesItsDependency
    {
        public static string Name() => Tier.Leaf.ToString();

        public static bool Any() => new List<PowerShare>().Count > 0;
    }
}
