using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class RandAugmentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_operation_stays_in_range_and_all_but_one_change_something(int channels)
    {
        var image = ColorOperationsTests.Image(channels * 144);
        for (var operation = 0; operation < RandAugment.OperationCount; operation++)
            foreach (var sign in new[] { -1, 1 })
                foreach (var strength in new[] { 0.01f, 0.3f, 1 })
                {
                    var changed = image.ToArray();
                    RandAugment.Apply(new ImagePlanes(changed, channels, 12, 12), operation, strength, sign);
                    Assert.All(changed, p => Assert.InRange(p, -1e-6f, 1 + 1e-6f));
                    if (strength == 1)
                        Assert.Equal(operation == 0 || (operation == 7 && channels == 1), changed.SequenceEqual(image));
                }
        Assert.Throws<ArgumentOutOfRangeException>(() => RandAugment.Apply(new ImagePlanes(image, 1, 12, 12), RandAugment.OperationCount, 1, 1));
    }

    [Fact]
    public void The_stream_decides_and_all_operations_turn_up()
    {
        var image = ColorOperationsTests.Image(3 * 144);
        var seen = new HashSet<string>();
        for (var i = 0; i < 300; i++)
        {
            var (changed, again) = (image.ToArray(), image.ToArray());
            new RandAugment(1, 9).Apply(new ImagePlanes(changed, 3, 12, 12), new RandomStream(i));
            new RandAugment(1, 9).Apply(new ImagePlanes(again, 3, 12, 12), new RandomStream(i));
            Assert.Equal(changed, again);
            seen.Add(string.Join(' ', changed));
        }
        // Nine operations have two directions, five have none.
        Assert.Equal(23, seen.Count);
    }

    [Fact]
    public void Two_operations_are_one_after_the_other()
    {
        var image = ColorOperationsTests.Image(3 * 144);
        var (twice, steps) = (image.ToArray(), image.ToArray());
        new RandAugment(2, 15).Apply(new ImagePlanes(twice, 3, 12, 12), new RandomStream(5));
        var random = new RandomStream(5);
        new RandAugment(1, 15).Apply(new ImagePlanes(steps, 3, 12, 12), random);
        new RandAugment(1, 15).Apply(new ImagePlanes(steps, 3, 12, 12), random);
        Assert.Equal(twice, steps);
    }
}
