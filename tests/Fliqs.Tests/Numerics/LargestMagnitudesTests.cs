using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class LargestMagnitudesTests
{
    [Fact]
    public void Are_those_of_every_block_in_the_order_of_bits() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 70], Gen.Long).Sample((vectors, blocks, seed) =>
        {
            var (size, random) = (16 * vectors, new RandomStream(seed));
            var row = new float[size * blocks];
            foreach (ref var value in row.AsSpan())
                value = random.NextInt(200) switch { 0 => float.NaN, 1 => float.NegativeInfinity, 2 => -0f, _ => (float)random.NextDouble() - 0.5f };
            var largest = new int[blocks];
            Array.Fill(largest, int.MaxValue);    // what was there before does not count

            LargestMagnitudes.Find(row, largest);

            Assert.Equal(row.Chunk(size).Select(b => b.Max(v => BitConverter.SingleToInt32Bits(v) & int.MaxValue)), largest);
        });
}
