using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// The terms of a cost table as a chain of classes for the knapsack. Terms that share decisions have to agree on them, so the state
/// between two terms is what has been chosen for the decisions that both earlier and later terms depend on: in a network of blocks, the
/// filters between two of them. An item of a class is one combination of the options of a term's decisions and of those that are open.
/// </summary>
internal sealed class TermChain
{
    private readonly List<int[]> decisions = [];
    private readonly List<int[][]> options = [];
    private readonly List<bool[]> isNew = [];

    /// <summary>Lays out terms in their order.</summary>
    public TermChain(IReadOnlyList<CostTerm> terms)
    {
        var last = new Dictionary<int, int>();
        var counts = new Dictionary<int, int>();
        foreach (var (t, term) in terms.Index())
            foreach (var (decision, count) in term.Decisions.Zip(term.Counts))
                (last[decision], counts[decision]) = (t, count);

        int[] open = [];
        Costs = new double[terms.Count][];
        Links = new (int From, int To)[terms.Count][];
        for (var t = 0; t < terms.Count; t++)
        {
            int[] all = [.. open, .. terms[t].Decisions.Except(open)];
            int[] next = [.. all.Where(d => last[d] > t)];
            var cells = CostTerm.Combinations([.. all.Select(d => counts[d])]);
            var (before, term, after) = (Positions(open), Positions(terms[t].Decisions), Positions(next));
            Costs[t] = [.. cells.Select(cell => terms[t].Values[Index(cell, term)])];
            Links[t] = [.. cells.Select(cell => (Index(cell, before), Index(cell, after)))];
            decisions.Add(all);
            options.Add(cells);
            isNew.Add([.. all.Select(d => !open.Contains(d))]);
            open = next;

            int[] Positions(IEnumerable<int> some) => [.. some.Select(d => Array.IndexOf(all, d))];

            int Index(int[] cell, int[] positions) => positions.Aggregate(0, (index, p) => (index * counts[all[p]]) + cell[p]);
        }
    }

    /// <summary>The cost of every item, class by class.</summary>
    public double[][] Costs { get; }

    /// <summary>The states between which every item stands.</summary>
    public (int From, int To)[][] Links { get; }

    /// <summary>The value of every item: the scores of the options that it settles first.</summary>
    public double[][] Values(double[][] scores) => [.. options.Select((cells, t) => cells.Select(cell =>
    {
        var value = 0.0;
        for (var k = 0; k < cell.Length; k++)
            value += isNew[t][k] ? scores[decisions[t][k]][cell[k]] : 0;
        return value;
    }).ToArray())];

    /// <summary>The least or the greatest sum of costs along the chain.</summary>
    /// <param name="better">Chooses between two sums.</param>
    public double Sum(Func<double, double, double> better)
    {
        double[] sums = [0];
        foreach (var (costs, links) in Costs.Zip(Links))
        {
            var next = new double?[1 + links.Max(l => l.To)];
            foreach (var (cost, (from, to)) in costs.Zip(links))
                next[to] = next[to] is { } other ? better(other, sums[from] + cost) : sums[from] + cost;
            sums = [.. next.Select(s => s!.Value)];
        }

        return sums[0];
    }

    /// <summary>The items that an assignment stands for, class by class.</summary>
    public int[] ItemsOf(Assignment assignment) =>
        [.. options.Select((cells, t) => Array.FindIndex(cells, cell => cell.Zip(decisions[t]).All(o => o.First == assignment[o.Second])))];

    /// <summary>Writes the options that an item stands for.</summary>
    public void Write(int term, int item, int[] assignment)
    {
        foreach (var (decision, option) in decisions[term].Zip(options[term][item]))
            assignment[decision] = option;
    }
}
