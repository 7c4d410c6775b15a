using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Tests.Objects;

public sealed class QuantityTests
{
    private static readonly (string Suffix, BigInteger Numerator, BigInteger Denominator)[] Suffixes =
    [
        ("", 1, 1), ("n", 1, 1_000_000_000), ("u", 1, 1_000_000), ("m", 1, 1000), ("k", 1000, 1), ("M", 1_000_000, 1), ("G", 1_000_000_000, 1),
        ("T", BigInteger.Pow(10, 12), 1), ("P", BigInteger.Pow(10, 15), 1), ("E", BigInteger.Pow(10, 18), 1), ("Ki", 1 << 10, 1), ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1), ("Ti", BigInteger.One << 40, 1), ("Pi", BigInteger.One << 50, 1), ("Ei", BigInteger.One << 60, 1), ("e3", 1000, 1), ("E-2", 1, 100),
        ("e+1", 10, 1),
    ];

    [Theory]
    [InlineData("8", 8)]
    [InlineData("0", 0)]
    [InlineData("+8", 8)]
    [InlineData("007", 7)]
    [InlineData("64Gi", 64L << 30)]
    [InlineData("1.5Gi", 3L << 29)]
    [InlineData("1e3", 1000)]
    [InlineData("1E3", 1000)]
    [InlineData("12e-1", 2)]
    [InlineData("1k", 1000)]
    [InlineData("100m", 1)]
    [InlineData("1001m", 2)]
    [InlineData("0.1", 1)]
    [InlineData(".5", 1)]
    [InlineData("5.", 5)]
    [InlineData("1n", 1)]
    [InlineData("0e99", 0)]
    [InlineData("1e-500", 1)]
    [InlineData("9007199254740992", 1L << 53)]
    [InlineData("8Pi", 1L << 53)]
    public void TryParse_WholeUnits_RoundsUp(string text, long expected)
    {
        Assert.True(Quantity.TryParse(text, 1, out var amount));
        Assert.Equal(expected, amount);
    }

    [Theory]
    [InlineData("1", 1000)]
    [InlineData("100m", 100)]
    [InlineData("0.1", 100)]
    [InlineData("1.0005", 1001)]
    [InlineData("100u", 1)]
    [InlineData("1500000000n", 1500)]
    [InlineData("2k", 2_000_000)]
    public void TryParse_Milli_RoundsUp(string text, long expected)
    {
        Assert.True(Quantity.TryParse(text, 1000, out var amount));
        Assert.Equal(expected, amount);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData(".")]
    [InlineData("+")]
    [InlineData("1.2.3")]
    [InlineData("1ki")]
    [InlineData("1KI")]
    [InlineData("1K")]
    [InlineData("1Gib")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e3.5")]
    [InlineData("1e3Ki")]
    [InlineData("1e99999")]
    [InlineData("1e999999999999999999")]
    [InlineData("9007199254740993")]
    [InlineData("8.0001Pi")]
    [InlineData("1Ei")]
    [InlineData("10E")]
    [InlineData("\u0661")]
    [InlineData("11111111111111111111111111111111111111111111111111111111111111111")]
    public void TryParse_WrongOrTooLarge_False(string text) => Assert.False(Quantity.TryParse(text, 1, out _));

    [Fact]
    public void TryParse_AnyQuantity_IsTheExactCeiling()
    {
        var gen =
            from whole in Gen.Choose(0, 2_000_000)
            from digits in Gen.Choose(0, 6)
            from fraction in Gen.Choose(0, (int)Math.Pow(10, digits) - 1)
            from suffix in Gen.Elements(Suffixes)
            from perUnit in Gen.Elements(1, 1000)
            select (whole, digits, fraction, suffix, perUnit);

        Prop.ForAll(gen.ToArbitrary(), t =>
        {
            var text = t.digits == 0 ? $"{t.whole}{t.suffix.Suffix}" : $"{t.whole}.{t.fraction.ToString().PadLeft(t.digits, '0')}{t.suffix.Suffix}";
            var scale = BigInteger.Pow(10, t.digits);
            var numerator = (t.whole * scale + t.fraction) * t.suffix.Numerator * t.perUnit;
            var denominator = scale * t.suffix.Denominator;
            var expected = (numerator + denominator - 1) / denominator;
            var read = Quantity.TryParse(text, t.perUnit, out var amount);

            return read == (expected <= Quantity.Largest) && (!read || amount == expected);
        }).QuickCheckThrowOnFailure();
    }
}
