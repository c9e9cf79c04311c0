using System.Net;
using System.Reflection;
using System.Text;

namespace Fliqs.Report;

/// <summary>A page that is one file: nothing in it is fetched from elsewhere, and nothing in it is a program.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder html = new();
    private readonly string title;

    public HtmlPage(string title, string subtitle)
    {
        this.title = title;
        html.Append($"<header><h1>{Text(title)}</h1><p>{Text(subtitle)}</p></header>\n<main>\n");
    }

    /// <summary>A line that the reader should not miss.</summary>
    public void Note(string text) => html.Append($"<p class=\"note\">{Text(text)}</p>\n");

    public void Heading(string text) => html.Append($"<h2>{Text(text)}</h2>\n");

    public void Paragraph(string text) => html.Append($"<p>{Text(text)}</p>\n");

    /// <summary>The few numbers that matter most, each with a name and a remark.</summary>
    public void Figures(IEnumerable<(string Name, string Value, string Remark)> figures)
    {
        html.Append("<dl class=\"figures\">\n");
        foreach (var (name, value, remark) in figures)
            html.Append($"<div><dt>{Text(name)}</dt><dd>{Text(value)}<small>{Text(remark)}</small></dd></div>\n");
        html.Append("</dl>\n");
    }

    /// <summary>Charts side by side where there is room, each with its numbers folded away beneath.</summary>
    public void Charts(IEnumerable<Chart> charts)
    {
        html.Append("<div class=\"charts\">\n");
        foreach (var chart in charts)
        {
            html.Append($"<figure id=\"{chart.Name}\">\n<figcaption>{Text(chart.Title)}</figcaption>\n{SvgDrawing.Inline(chart)}");
            if (chart.Data is { } data)
                Folded("numbers", () => Table(data));
            html.Append("</figure>\n");
        }

        html.Append("</div>\n");
    }

    public void Table(DataTable table)
    {
        html.Append("<div class=\"table\"><table>\n<thead><tr>");
        for (var c = 0; c < table.Columns.Count; c++)
            html.Append($"<th scope=\"col\"{Side(c)}>{Text(table.Columns[c])}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var c = 0; c < row.Count; c++)
                html.Append(c == 0 ? $"<th scope=\"row\"{Side(c)}>{Text(row[c])}</th>" : $"<td{Side(c)}>{Text(row[c])}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");

        string Side(int column) => column < table.Left ? "" : " class=\"number\"";
    }

    /// <summary>A command, or several.</summary>
    public void Code(string text) => html.Append($"<pre><code>{Text(text)}</code></pre>\n");

    /// <summary>Something that opens when the reader asks for it.</summary>
    public void Folded(string summary, Action content)
    {
        html.Append($"<details><summary>{Text(summary)}</summary>\n");
        content();
        html.Append("</details>\n");
    }

    /// <summary>The document.</summary>
    public override string ToString() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <title>{Text(title)}</title>
        <style>
        {Theme.Css}{Style()}</style>
        </head>
        <body>
        {html}</main>
        <footer><p>Made by FLIQS for .NET {typeof(HtmlPage).Assembly.GetName().Version?.ToString(3)}. Charts show values under the pointer.</p></footer>
        </body>
        </html>

        """.ReplaceLineEndings("\n");

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Style()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Fliqs.Report.report.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
