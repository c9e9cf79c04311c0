using System.Globalization;

namespace Fliqs.Benchmarks;

/// <summary>A figure over some rounds.</summary>
internal sealed record Spread(double Median, double Least, double Greatest)
{
    public static Spread Of<T>(IEnumerable<T> rounds, Func<T, double> figure)
    {
        var values = rounds.Select(figure).ToList();
        return new Spread(Rounded(Statistics.Median(values)), Rounded(values.Min()), Rounded(values.Max()));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median} ({Least} to {Greatest})");

    private static double Rounded(double value) => Math.Round(value, 3);
}
