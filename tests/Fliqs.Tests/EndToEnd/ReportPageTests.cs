using Fliqs.Report;
using Fliqs.Tests.Report;
using Fliqs.Tests.Storage;
using SkiaSharp;

namespace Fliqs.Tests.EndToEnd;

/// <summary>Reports in a browser, as people see them.</summary>
public sealed class ReportPageTests : IDisposable
{
    /// <summary>For every chart: its name, how much of it is drawn, texts that leave it, and pairs of texts that overlap.</summary>
    private const string Charts = """
        [...document.querySelectorAll('figure svg')].map(svg => {
          const box = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll('text')].map(t => ({ t: t.textContent, r: t.getBoundingClientRect() })).filter(t => t.t.trim());
          const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
          return {
            name: svg.parentElement.id,
            width: box.width,
            shapes: [...svg.querySelectorAll('rect, polyline, polygon, path, ellipse')].filter(s => {
              const r = s.getBoundingClientRect(), c = getComputedStyle(s);
              return r.width + r.height > 4 && (c.fill !== 'none' && c.fillOpacity > 0 || c.stroke !== 'none' && parseFloat(c.strokeWidth) > 0);
            }).length,
            outside: texts.filter(t => t.r.left < box.left - 1 || t.r.right > box.right + 1 || t.r.top < box.top - 1 || t.r.bottom > box.bottom + 1).map(t => t.t),
            overlaps: texts.flatMap((a, i) => texts.slice(i + 1).filter(b => overlap(a.r, b.r)).map(b => a.t + ' / ' + b.t)),
            ink: getComputedStyle(svg.querySelector('text')).fill,
          };
        })
        """;

    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public async Task Charts_are_drawn_in_light_and_dark_on_a_desk_and_on_a_telephone_and_nothing_is_fetched()
    {
        await using var browser = await Browser.Start();
        var pages = new[]
        {
            ("run.html", HtmlReport.Of(ExampleRun.Create(root["run"], r => r).Root), "formats policy entropy accuracy loss cost reward"),
            ("comparison.html", HtmlReport.Of(ExampleComparison.Create(root["comparison"], front: false)), "methods-1.0xINT2 methods-1.0xINT4 pareto runs"),
            ("front.html", HtmlReport.Of(ExampleComparison.Create(root["front"], front: true)), "pareto runs"),
        };
        foreach (var (name, report, charts) in pages)
        {
            report.Write(root[name]);
            var light = await Look(browser, root[name], charts, 1280, dark: false);
            Assert.NotEqual(light, await Look(browser, root[name], charts, 1280, dark: true));
            Assert.Equal(light, await Look(browser, root[name], charts, 360, dark: false));
            Assert.True((await browser.Print()).AsSpan().StartsWith("%PDF"u8));
        }

        Assert.Equal(pages.Select(p => new Uri(root[p.Item1]).AbsoluteUri), browser.Requests.Distinct());
    }

    /// <summary>Looks at every chart of a page; returns the colour of its letters.</summary>
    private static async Task<string> Look(Browser browser, string page, string names, int width, bool dark)
    {
        await browser.Open(page, width, 2500, dark);
        var charts = (await browser.Evaluate(Charts)).AsArray();
        Assert.Equal(names.Split(' '), charts.Select(c => (string)c!["name"]!));
        Assert.All(charts, c =>
        {
            Assert.InRange((double)c!["width"]!, width < 600 ? 300 : 450, width);
            Assert.True((int)c["shapes"]! >= 3, c.ToJsonString());
            Assert.Empty(c["outside"]!.AsArray().Select(t => (string)t!));
            Assert.Empty(c["overlaps"]!.AsArray().Select(t => (string)t!));
        });
        Assert.True((bool)await browser.Evaluate("document.documentElement.scrollWidth <= innerWidth"), $"has to be scrolled sideways at {width}");
        using var seen = SKBitmap.Decode(await browser.Screenshot());
        var color = new FormatColors(["INT2"])["INT2"];
        Assert.True(seen.Pixels.Count(p => p.Red == color.R && p.Green == color.G && p.Blue == color.B) > 500, page);
        Assert.Equal(dark, seen.GetPixel(2, 2).Red < 64);
        return (string)charts[0]!["ink"]!;
    }
}
