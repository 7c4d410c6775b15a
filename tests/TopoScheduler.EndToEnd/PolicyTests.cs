namespace TopoScheduler.EndToEnd;

/// <summary>That the checks of <see cref="HtmlReportTests"/> see what they look for, and what the page's own policy holds back.</summary>
[Trait("Category", "EndToEnd")]
public sealed class PolicyTests
{
    [BrowserFact]
    public async Task Visit_PageWithErrorAndRequests_SeesThem()
    {
        // The check of the checks above: this page does what a report must not.
        var visit = await Browser.VisitAsync(("bad.html", "<!DOCTYPE html><title>bad</title><link rel='stylesheet' href='https://fonts.googleapis.com/css'><img src='http://outside.test/x.png'><script>undefinedName()</script>"));
        Assert.Contains(visit.Console, line => line.Contains("undefinedName", StringComparison.Ordinal));
        Assert.Contains("GET http://outside.test/x.png", visit.Requests);
        Assert.Contains("CONNECT fonts.googleapis.com:443", visit.Requests);
    }

    [BrowserFact]
    public async Task Report_ScriptAndImageSmuggledIn_AreRefusedByItsPolicy()
    {
        var report = await Toposched.HtmlAsync(Toposched.Dgx, "samples/jobs/pretrain-24x8.yaml");
        var smuggled = report.Replace("<footer", "<script>document.title='owned'</script><img src='http://outside.test/x.png'/><footer", StringComparison.Ordinal);
        Assert.NotEqual(report, smuggled);
        var visit = await Browser.VisitAsync(("report.html", smuggled));
        Assert.Empty(visit.Requests);
        Assert.DoesNotContain("<title>owned", visit.Dom, StringComparison.Ordinal);
        Assert.True(visit.Console.Count(line => line.Contains("Content Security Policy", StringComparison.Ordinal)) >= 2, string.Join('\n', visit.Console));
    }
}
