using TopoScheduler.Cli.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 W")]
    [InlineData(9_999, "9,999 W")]
    [InlineData(81_600, "81.6 kW")]
    [InlineData(190_000, "190 kW")]
    [InlineData(1_240_000, "1.24 MW")]
    public void Watts_Any_HasThreeDigits(long watts, string expected) => Assert.Equal(expected, Figures.Watts(watts));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.34, "340 µs")]
    [InlineData(9.84, "9.84 ms")]
    [InlineData(1024, "1,024 ms")]
    [InlineData(12_345, "12.3 s")]
    public void Milliseconds_Any_HasItsUnit(double ms, string expected) => Assert.Equal(expected, Figures.Milliseconds(ms));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(999.9, "1 kB")]
    [InlineData(61.2e9, "61.2 GB")]
    [InlineData(1.396e12, "1.4 TB")]
    [InlineData(double.NaN, "? B")]
    public void Bytes_Any_HasItsUnit(double bytes, string expected) => Assert.Equal(expected, Figures.Bytes(bytes));

    [Theory]
    [InlineData(100, 100, "100%")]
    [InlineData(99.7, 100, "99%")]
    [InlineData(100.2, 100, ">100%")]
    [InlineData(130, 100, "130%")]
    [InlineData(1, 0, "-")]
    public void Share_NearTheWhole_NeverRoundsOntoIt(double part, double whole, string expected) => Assert.Equal(expected, Figures.Share(part, whole));

    [Theory]
    [InlineData(0, 0, 10, 0, 0)]
    [InlineData(0, 1, 1000, 0, 1)]
    [InlineData(0, 999, 1000, 0, 9)]
    [InlineData(0, 1000, 1000, 0, 10)]
    [InlineData(500, 500, 1000, 5, 5)]
    [InlineData(500, 900, 1000, 5, 5)]
    [InlineData(1200, 100, 1000, 9, 1)]
    [InlineData(1200, 0, 1000, 10, 0)]
    [InlineData(5, 5, 0, 0, 0)]
    public void BarCells_OfTen_ShowsEveryPartAndNeverMoreThanThereAre(double before, double added, double whole, int full, int more) =>
        Assert.Equal((full, more), TextLine.BarCells(before, added, whole, 10));
}
