using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Tests.Placements;

public sealed class MemberRangesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("0", "0")]
    [InlineData("0 1", "0-1")]
    [InlineData("0 1 2 4 6 7", "0-2,4,6-7")]
    [InlineData("3 5 9", "3,5,9")]
    public void Write_RisingMembers_JoinsNeighbours(string members, string expected) =>
        Assert.Equal(expected, MemberRanges.Write([.. members.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var share = random.Next(1, 10);
            int[] members = [.. Enumerable.Range(random.Next(100), random.Next(1, 200)).Where(_ => random.Next(10) < share).DefaultIfEmpty(7)];
            var text = MemberRanges.Write(members);

            Assert.Equal(members, MemberRanges.Read(text, members.Length));
            Assert.Null(MemberRanges.Read(text, members.Length - 1));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,")]
    [InlineData("-")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1--2")]
    [InlineData("2-1")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("\u0661")]
    [InlineData("2147483648")]
    [InlineData("0-100")]
    [InlineData("0-2147483647")]
    [InlineData("0-60,0-60")]
    public void Read_NoSuchTextOrTooMany_IsNull(string text) => Assert.Null(MemberRanges.Read(text, 100));

    [Theory]
    [InlineData("99999", 1)]
    [InlineData("99990-99999", 10)]
    [InlineData("99999-100000", null)]
    [InlineData("2147483647", null)]
    [InlineData("2147483640-2147483647", null)]
    public void Read_IndexesNoGangHas_IsNull(string text, int? count) => Assert.Equal(count, MemberRanges.Read(text, 100)?.Count);
}
