using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Core.Tests.Scenarios;

public sealed class BudgetValueTests
{
    [Theory]
    [InlineData("90000", 90_000)]
    [InlineData("90000W", 90_000)]
    [InlineData("90kW", 90_000)]
    [InlineData("0.09MW", 90_000)]
    [InlineData("82.125kW", 82_125)]
    [InlineData("0", 0)]
    [InlineData("1000MW", 1_000_000_000)]
    public void Read_Watts_AreWhole(string text, long watts) => Assert.Equal(new BudgetValue(watts, null), BudgetValue.Read(text));

    [Theory]
    [InlineData("+5%", 5)]
    [InlineData("-10%", -10)]
    [InlineData("-2.5%", -2.5)]
    [InlineData("-100%", -100)]
    [InlineData("+1000%", 1000)]
    public void Read_SignedPercentage_IsAChange(string text, double percent) => Assert.Equal(new BudgetValue(null, (decimal)percent), BudgetValue.Read(text));

    [Fact]
    public void Read_None_IsNeither() => Assert.Equal(new BudgetValue(null, null), BudgetValue.Read("none"));

    [Theory]
    [InlineData("")]
    [InlineData("W")]
    [InlineData("kW")]
    [InlineData("90KW")]
    [InlineData("90kw")]
    [InlineData("90mW")]
    [InlineData("90 kW")]
    [InlineData("90,000")]
    [InlineData("9e4")]
    [InlineData("-90kW")]
    [InlineData("+90kW")]
    [InlineData("90.0001kW")]
    [InlineData("0.5")]
    [InlineData("1000.001MW")]
    [InlineData("79228162514264337593543950336MW")]
    [InlineData("5%")]
    [InlineData("%")]
    [InlineData("+%")]
    [InlineData("--5%")]
    [InlineData("+5 %")]
    [InlineData("-101%")]
    [InlineData("+1001%")]
    [InlineData("None")]
    [InlineData("٩٠kW")]
    public void Read_AnythingElse_IsNotUnderstood(string text) => Assert.Null(BudgetValue.Read(text));

    [Theory]
    [InlineData(110_000, -10, 99_000)]
    [InlineData(999, -10, 899)]
    [InlineData(999, 10, 1_098)]
    [InlineData(26_000, -100, 0)]
    [InlineData(1_000_000_000, 1000, 11_000_000_000)]
    public void Changed_ByPercent_IsNeverRoundedUp(long present, double percent, long expected) =>
        Assert.Equal(expected, BudgetValue.Changed(present, (decimal)percent));
}
