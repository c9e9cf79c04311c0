using System.Xml.Linq;

namespace Fliqs.Tests.Report;

/// <summary>Looks into the pages of reports without a browser.</summary>
internal static class PageText
{
    /// <summary>The drawings of a page as XML, by the name of the chart.</summary>
    public static Dictionary<string, XElement> Drawings(string html)
    {
        var drawings = new Dictionary<string, XElement>();
        for (var at = html.IndexOf("<svg", StringComparison.Ordinal); at >= 0; at = html.IndexOf("<svg", at + 1, StringComparison.Ordinal))
        {
            var svg = XElement.Parse(html[at..(html.IndexOf("</svg>", at, StringComparison.Ordinal) + "</svg>".Length)]);
            drawings.Add(svg.Attribute("aria-labelledby")!.Value.Split("-title")[0], svg);
        }

        return drawings;
    }

    /// <summary>The texts under the pointer.</summary>
    public static List<string> Hovers(XElement svg) =>
        [.. svg.Descendants().Where(e => e.Name.LocalName == "title" && e.Parent!.Name.LocalName == "rect").Select(e => e.Value)];

    /// <summary>The texts that are seen.</summary>
    public static List<string> Letters(XElement svg) => [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
}
