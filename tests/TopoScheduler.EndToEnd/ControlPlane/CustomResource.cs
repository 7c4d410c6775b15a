namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>Custom resources as an administrator installs them.</summary>
internal static class CustomResource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Applies a file of <c>manifests/crds</c> and waits until the server knows the resource.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="file">Name of the file.</param>
    /// <param name="path">A path of the resource.</param>
    public static async Task InstallAsync(KubeControlPlane plane, string file, string path)
    {
        await plane.Api.CreateYamlAsync(KubePath.CustomResources, await File.ReadAllTextAsync(Path.Combine(Repository(), "manifests", "crds", file)));
        await WaitUntilServedAsync(plane, path);
    }

    /// <summary>Waits until the server knows a resource.</summary>
    public static async Task WaitUntilServedAsync(KubeControlPlane plane, string path) =>
        await Live.Eventually.HoldsAsync($"{path} is served", Limit, async () =>
        {
            try
            {
                await plane.Api.ListAsync(path);
                return true;
            }
            catch (KubeApiException)
            {
                return false;
            }
        });

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        Assert.True(folder is not null, "the tests do not run inside the repository");
        return folder!.FullName;
    }
}
