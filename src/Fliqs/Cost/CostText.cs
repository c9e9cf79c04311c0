using System.Globalization;

namespace Fliqs.Cost;

/// <summary>Costs in a unit that suits their size; small ones in a thousandth of it, as <see cref="CostTarget"/> reads them too.</summary>
public static class CostText
{
    /// <summary>What a cost is multiplied with to be shown in a unit that suits it, and that unit.</summary>
    public static (double Factor, string Unit) Scale(double cost, string unit) => (cost < 1, unit) switch
    {
        (true, "GBOPs") => (1e3, "MBOPs"),
        (true, "MB") => (1e3, "kB"),
        (true, "ms") => (1e3, "us"),
        _ => (1, unit),
    };

    /// <summary>Four digits at least, and never an exponent.</summary>
    public static string Number(double value)
    {
        var decimals = value == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15);
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A cost with its unit.</summary>
    public static string Amount(double cost, string unit)
    {
        var (factor, shown) = Scale(cost, unit);
        return $"{Number(cost * factor)} {shown}";
    }
}
