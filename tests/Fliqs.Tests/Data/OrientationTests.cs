using Fliqs.Data;
using SkiaSharp;

namespace Fliqs.Tests.Data;

public sealed class OrientationTests
{
    public static TheoryData<SKEncodedOrigin> All => [.. Enum.GetValues<SKEncodedOrigin>().Distinct()];

    [Theory]
    [MemberData(nameof(All))]
    public void A_part_cut_out_and_turned_is_the_part_of_the_whole_turned(SKEncodedOrigin origin)
    {
        const int Size = 12, Part = 4;
        var stored = Enumerable.Range(0, Size * Size).Select(i => (float)i).ToArray();
        var seen = stored.ToArray();
        Orientation.Apply(origin, seen, Size);
        var box = new CropBox(5, 2, Part, Part);
        var from = Orientation.ToStored(origin, box, Size, Size);
        var part = Cut(stored, Size, from);
        Orientation.Apply(origin, part, Part);
        Assert.Equal(Cut(seen, Size, box), part);
    }

    [Fact]
    public void All_eight_differ() =>
        Assert.Equal(8, Enum.GetValues<SKEncodedOrigin>().Distinct().Select(origin =>
        {
            float[] plane = [0, 1, 2, 3];
            Orientation.Apply(origin, plane, 2);
            return string.Join(' ', plane);
        }).Distinct().Count());

    private static float[] Cut(float[] plane, int size, CropBox box) =>
        [.. from y in Enumerable.Range((int)box.Top, (int)box.Height)
            from x in Enumerable.Range((int)box.Left, (int)box.Width)
            select plane[y * size + x]];
}
