using Fliqs.Report;
using Fliqs.Tests.Report;
using Fliqs.Tests.Storage;
using SkiaSharp;

namespace Fliqs.Tests.EndToEnd;

/// <summary>Reports in a browser, as people see them.</summary>
public sealed class ReportPageTests : IDisposable
{
    /// <summary>For every chart: its name, how much of it is drawn, texts that leave it, and pairs of texts that overlap.</summary>
    private const string Look = """
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
        var folder = ExampleRun.Create(root["run"], r => r);
        HtmlReport.Of(folder.Root).Write(folder.Report);

        var inks = new List<string>();
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (360, false) })
        {
            await browser.Open(Path.GetFullPath(folder.Report), width, 2000, dark);
            var charts = (await browser.Evaluate(Look)).AsArray();
            Assert.Equal(["formats", "policy", "cost", "entropy", "reward", "loss", "accuracy"], charts.Select(c => (string)c!["name"]!));
            Assert.All(charts, c =>
            {
                Assert.InRange((double)c!["width"]!, width < 600 ? 300 : 450, width);
                Assert.True((int)c["shapes"]! >= 3, c.ToJsonString());
                Assert.Empty(c["outside"]!.AsArray().Select(t => (string)t!));
                Assert.Empty(c["overlaps"]!.AsArray().Select(t => (string)t!));
            });
            Assert.True((bool)await browser.Evaluate("document.documentElement.scrollWidth <= innerWidth"), $"has to be scrolled sideways at {width}");
            inks.Add((string)charts[0]!["ink"]!);
            using var seen = SKBitmap.Decode(await browser.Screenshot());
            var color = new FormatColors(["INT2"])["INT2"];
            Assert.True(seen.Pixels.Count(p => p.Red == color.R && p.Green == color.G && p.Blue == color.B) > 1000);
            Assert.Equal(dark, seen.GetPixel(2, 2).Red < 64);
        }

        Assert.NotEqual(inks[0], inks[1]);
        Assert.Equal(inks[0], inks[2]);
        Assert.True((await browser.Print()).AsSpan().StartsWith("%PDF"u8));
        Assert.Equal([new Uri(Path.GetFullPath(folder.Report)).AbsoluteUri], browser.Requests.Distinct());
    }
}
