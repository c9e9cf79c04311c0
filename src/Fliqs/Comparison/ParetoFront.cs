namespace Fliqs.Comparison;

/// <summary>What is best among points of cost, the less the better, and accuracy, the more the better.</summary>
public static class ParetoFront
{
    /// <summary>The points that no other beats or equals in both, from the cheapest on; of equal points the first.</summary>
    public static IReadOnlyList<(double Cost, double Accuracy)> Of(IEnumerable<(double Cost, double Accuracy)> points)
    {
        var front = new List<(double Cost, double Accuracy)>();
        foreach (var point in points.OrderBy(p => p.Cost).ThenByDescending(p => p.Accuracy))
        {
            if (front.Count == 0 || point.Accuracy > front[^1].Accuracy)
                front.Add(point);
        }

        return front;
    }

    /// <summary>
    /// The area of all (log2 cost, accuracy) that some point beats or equals, up to the reference point. Points that cost more than
    /// the reference or are less accurate add nothing.
    /// </summary>
    /// <param name="points">Costs are positive.</param>
    /// <param name="reference">Cost and accuracy of the reference point.</param>
    public static double Hypervolume(IEnumerable<(double Cost, double Accuracy)> points, ParetoReference reference)
    {
        var front = Of(points.Where(p => p.Cost < reference.Cost && p.Accuracy > reference.Accuracy));
        var area = 0.0;
        for (var i = 0; i < front.Count; i++)
        {
            var next = i + 1 < front.Count ? front[i + 1].Cost : reference.Cost;
            area += Math.Log2(next / front[i].Cost) * (front[i].Accuracy - reference.Accuracy);
        }

        return area;
    }
}
