using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class ShapeOperationsTests
{
    private const int Size = 7;

    [Fact]
    public void Nothing_is_nothing()
    {
        Near(Image(), Changed(i => ShapeOperations.Rotate(i, 0)));
        Near(Image(), Changed(i => ShapeOperations.ShearAcross(i, 0)));
        Near(Image(), Changed(i => ShapeOperations.ShearDown(i, 0)));
        Near(Image(), Changed(i => ShapeOperations.Translate(i, 0, 0)));
        Near(Image(), Changed(i => ShapeOperations.Sharpness(i, 1)));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, -3)]
    [InlineData(-1, 2)]
    public void Moving_by_whole_pixels_is_exact(int right, int down)
    {
        var expected = Image();
        for (var channel = 0; channel < 3; channel++)
            Augmentation.Move(expected.AsSpan(channel * Size * Size, Size * Size), Size, -down, -right);
        Near(expected, Changed(i => ShapeOperations.Translate(i, right, down)));
    }

    [Fact]
    public void Quarter_turns_are_exact()
    {
        var (image, turned) = (Image(), Changed(i => ShapeOperations.Rotate(i, 90)));
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
                Assert.Equal(image[x * Size + Size - 1 - y], turned[y * Size + x], 1e-4);
        var half = Image();
        for (var channel = 0; channel < 3; channel++)
            half.AsSpan(channel * Size * Size, Size * Size).Reverse();
        Near(half, Changed(i => ShapeOperations.Rotate(i, 180)), 1e-4);
    }

    [Fact]
    public void Shearing_moves_rows_and_columns_by_their_distance_from_the_middle()
    {
        var (image, across, down) = (Image(), Changed(i => ShapeOperations.ShearAcross(i, 1)), Changed(i => ShapeOperations.ShearDown(i, 1)));
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
            {
                var (fromX, fromY) = (x + y - 3, y + x - 3);
                Assert.Equal(fromX is >= 0 and < Size ? image[y * Size + fromX] : 0, across[y * Size + x], 1e-5);
                Assert.Equal(fromY is >= 0 and < Size ? image[fromY * Size + x] : 0, down[y * Size + x], 1e-5);
            }
    }

    [Fact]
    public void Half_a_pixel_is_the_mean_of_two()
    {
        var (image, moved) = (Image(), Changed(i => ShapeOperations.Translate(i, 0.5f, 0)));
        for (var x = 0; x < Size - 1; x++)
            Assert.Equal((image[x] + image[x + 1]) / 2, moved[x], 1e-5);
        Assert.Equal(image[Size - 1] / 2, moved[Size - 1], 1e-5);
    }

    [Fact]
    public void Without_sharpness_a_point_is_spread_and_the_border_stays()
    {
        var point = new float[25];
        point[12] = 1;
        var blurred = ColorOperationsTests.Changed([.. point], i => ShapeOperations.Sharpness(i, 0), 5, 5);
        Assert.Equal(5 / 13f, blurred[12], 1e-5);
        Assert.All(new[] { 6, 7, 8, 11, 13, 16, 17, 18 }, i => Assert.Equal(1 / 13f, blurred[i], 1e-5));
        Assert.Equal(1, blurred.Sum(), 1e-5);
        point[0] = 0.7f;
        Assert.Equal(0.7f, ColorOperationsTests.Changed(point, i => ShapeOperations.Sharpness(i, 0), 5, 5)[0]);
    }

    private static float[] Image() => ColorOperationsTests.Image(3 * Size * Size);

    private static float[] Changed(Action<ImagePlanesHolder> change) => ColorOperationsTests.Changed(Image(), change, Size, Size);

    private static void Near(float[] expected, float[] actual, double tolerance = 1e-5) =>
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < tolerance);
}
