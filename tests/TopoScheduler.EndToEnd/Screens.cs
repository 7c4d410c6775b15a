using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd;

/// <summary>A page on screens from a phone to a desk.</summary>
internal static partial class Screens
{
    /// <summary>Widths in pixels.</summary>
    public static IReadOnlyList<int> Widths { get; } = [360, 390, 768, 1280];

    /// <summary>How wide a page is on each of them, in pixels; where a script is given, its answer about the document <c>d</c> after a slash.</summary>
    /// <param name="page">The page.</param>
    /// <param name="also">An expression of JavaScript; null for none.</param>
    public static async Task<string> MeasureAsync(string page, string? also = null)
    {
        var frames = string.Concat(Widths.Select(w => $"<iframe src='page.html' style='width:{w}px;height:800px;border:0'></iframe>"));
        var figure = $"d.documentElement.scrollWidth{(also is null ? "" : $"+'/'+{also}")}";
        var measure = $"<script>onload=()=>document.title=Array.from(frames).map(f=>f.document).map(d=>{figure}).join(' ')</script>";
        var visit = await Browser.VisitAsync(("frames.html", $"<!DOCTYPE html><title></title>{frames}{measure}"), ("page.html", page));
        return Title().Match(visit.Dom).Groups["text"].Value;
    }

    [GeneratedRegex("<title>(?<text>[^<]*)</title>")]
    private static partial Regex Title();
}
