using System.Globalization;
using System.Text.RegularExpressions;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// A budget as it is written: an amount with a unit (<c>33.5GBOPs</c>, <c>2.1MB</c>) or a multiple of what a uniform format
/// costs (<c>1.15xINT4</c>).
/// </summary>
public sealed partial record CostTarget
{
    private static readonly Dictionary<string, (string Unit, double Factor)> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GBOPs"] = ("GBOPs", 1),
        ["MBOPs"] = ("GBOPs", 1e-3),
        ["TBOPs"] = ("GBOPs", 1e3),
        ["MB"] = ("MB", 1),
        ["kB"] = ("MB", 1e-3),
        ["GB"] = ("MB", 1e3),
        ["bits"] = ("bits", 1),
        ["ms"] = ("ms", 1),
        ["us"] = ("ms", 1e-3),
    };

    private CostTarget(string text, double amount, string? unit, NumberFormat? format) =>
        (Text, Amount, Unit, Format) = (text, amount, unit, format);

    /// <summary>The target as it was written.</summary>
    public string Text { get; }

    /// <summary>The amount in <see cref="Unit"/>, or the multiple of the uniform cost of <see cref="Format"/>; positive.</summary>
    public double Amount { get; }

    /// <summary>GBOPs, MB, bits or ms; null for a relative target.</summary>
    public string? Unit { get; }

    /// <summary>The uniform format that a relative target refers to.</summary>
    public NumberFormat? Format { get; }

    /// <summary>Reads a target.</summary>
    /// <exception cref="InputException">It cannot be read; the message shows what can.</exception>
    public static CostTarget Parse(string text)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success || !double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            || !double.IsFinite(amount) || amount <= 0)
            throw new InputException($"target '{text}' is not a positive amount such as 33.5GBOPs or 2.1MB, nor a multiple such as 1.15xINT4");

        var rest = match.Groups[2].Value;
        if (Units.TryGetValue(rest, out var unit))
            return new CostTarget(text.Trim(), amount * unit.Factor, unit.Unit, null);
        if (rest[0] is 'x' or 'X' && NumberFormat.TryParse(rest[1..], out var format))
            return new CostTarget(text.Trim(), amount, null, format);
        throw new InputException(rest[0] is 'x' or 'X'
            ? $"target '{text}' names the unknown format '{rest[1..]}'{NameSuggestion.Hint(rest[1..], NumberFormat.All.Select(f => f.Name))}"
            : $"target '{text}' has the unknown unit '{rest}'; known: {string.Join(", ", Units.Keys)}");
    }

    /// <summary>Reads one target or several with commas between them.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static IReadOnlyList<CostTarget> ParseAll(string text) => [.. text.Split(',').Select(Parse)];

    /// <summary>The budget as a cost of <paramref name="model"/>.</summary>
    /// <exception cref="InputException">The unit belongs to another cost model.</exception>
    public double Resolve(ICostModel model, IEnumerable<LayerShape> layers)
    {
        if (Format is not null)
            return Amount * NetworkCost.OfUniform(model, layers, Format);
        return Unit == model.Unit
            ? Amount
            : throw new InputException($"target '{Text}' is in {Unit}, but the cost '{model.Name}' is in {model.Unit}");
    }

    [GeneratedRegex(@"^([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*([A-Za-z][A-Za-z0-9_]*)$")]
    private static partial Regex Pattern();
}
