namespace Fliqs.Numerics;

/// <summary>
/// A reproducible stream of random numbers that is fully named by its key: the same key gives the same numbers on every
/// machine. Work that is split over threads or taken up again after an interruption makes the stream it needs from
/// (seed, epoch, index) instead of saving a generator's state. SplitMix64 (Steele, Lea, Flood; OOPSLA 2014).
/// </summary>
public sealed class RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>Opens the stream named by <paramref name="key"/>, for instance (seed, purpose, epoch).</summary>
    public RandomStream(params ReadOnlySpan<long> key)
    {
        foreach (var part in key)
            state = Mix((state + Golden) ^ Mix((ulong)part + Golden));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(state += Golden);

    /// <summary>Uniform in [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in 0..<paramref name="exclusiveMaximum"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public int NextInt(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMaximum, out _);
    }

    /// <summary>Standard normal (Box-Muller).</summary>
    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items into a uniformly random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
