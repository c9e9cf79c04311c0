using CsCheck;
using Fliqs.Comparison;

namespace Fliqs.Tests.Comparison;

public sealed class ParetoFrontTests
{
    private static readonly ParetoReference Reference = new(16, 0.1);

    private static readonly Gen<(double Cost, double Accuracy)[]> Points = Gen.Select(
        Gen.Int[1, 20].Select(c => (double)c), Gen.Int[0, 20].Select(a => a / 20.0)).Array[0, 12];

    [Fact]
    public void The_front_is_what_no_other_point_beats() => Points.Sample(points =>
    {
        var front = ParetoFront.Of(points);
        Assert.Equal(points.Where(p => !points.Any(o => o != p && o.Cost <= p.Cost && o.Accuracy >= p.Accuracy)).Distinct().Order(), front);
    });

    [Fact]
    public void The_area_of_two_steps_by_hand() => Assert.Equal(
        (2 * (0.6 - 0.1)) + (1 * (0.9 - 0.1)), ParetoFront.Hypervolume([(8, 0.9), (2, 0.6), (4, 0.5), (32, 1), (1, 0.05)], Reference), 1e-12);

    [Fact]
    public void Nothing_dominates_nothing() => Assert.Equal(0, ParetoFront.Hypervolume([], Reference));

    /// <summary>Cell by cell over the grid that the points span.</summary>
    [Fact]
    public void The_area_is_that_of_the_union_of_rectangles() => Points.Sample(points =>
    {
        var costs = points.Select(p => p.Cost).Append(Reference.Cost).Where(c => c <= Reference.Cost).Distinct().Order().ToList();
        var accuracies = points.Select(p => p.Accuracy).Append(Reference.Accuracy).Where(a => a >= Reference.Accuracy).Distinct().Order().ToList();
        var area = 0.0;
        for (var i = 0; i + 1 < costs.Count; i++)
        {
            for (var j = 0; j + 1 < accuracies.Count; j++)
            {
                if (points.Any(p => p.Cost <= costs[i] && p.Accuracy >= accuracies[j + 1]))
                    area += (Math.Log2(costs[i + 1]) - Math.Log2(costs[i])) * (accuracies[j + 1] - accuracies[j]);
            }
        }

        Assert.Equal(area, ParetoFront.Hypervolume(points, Reference), 1e-9);
    });
}
