using System.Diagnostics;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The image, as far as it can be made without a container engine.</summary>
[Trait("Category", "EndToEnd")]
public sealed class ImageTests
{
    [Fact]
    public async Task BuildStage_Steps_MakeAProgramThatRuns()
    {
        var folder = Directory.CreateTempSubdirectory("toposched-image-");
        try
        {
            var (source, output) = (folder.CreateSubdirectory("source").FullName, folder.CreateSubdirectory("app").FullName);
            await new ImageSteps(source, output).RunAsync();

            var start = new ProcessStartInfo("dotnet", $"{output}/toposched.dll --version") { RedirectStandardOutput = true, RedirectStandardError = true };
            var (said, error) = await Runner.RunAsync(start, TimeSpan.FromSeconds(60));
            Assert.True(said.StartsWith("toposched ", StringComparison.Ordinal), error);
            // Code for any processor, and little of it.
            Assert.False(File.Exists(Path.Combine(output, "toposched")));
            Assert.Empty(Directory.EnumerateFiles(output, "*.xml"));
            Assert.InRange(Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), 1, 12 << 20);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Dockerfile_Stages_ArePinnedAndEndWithoutRoot()
    {
        var stages = ImageSteps.Stages();

        Assert.Equal(3, stages.Count);
        Assert.All(stages[0], line => Assert.Matches(@"^ARG \w+=mcr\.microsoft\.com/dotnet/(sdk|aspnet):\d+\.\d+\.\d+-", line));
        Assert.StartsWith("FROM --platform=$BUILDPLATFORM ${SDK} AS build", stages[1][0], StringComparison.Ordinal);
        Assert.Equal("FROM ${RUNTIME}", stages[2][0]);
        Assert.DoesNotContain(stages[2], line => line.StartsWith("RUN ", StringComparison.Ordinal));
        // The user of the chart.
        Assert.Contains("USER 1654:1654", stages[2]);
        Assert.Contains(stages[2], line => line.StartsWith("ENTRYPOINT [\"dotnet\", \"/app/toposched.dll\"]", StringComparison.Ordinal));
    }
}
