using CsCheck;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Space;

/// <summary>The ingredients of a search space, random ones for properties.</summary>
internal sealed record SpaceCase(LayerShape[] Layers, NumberFormat[] Formats, Granularity Granularity, ActivationMode Activations)
{
    private static readonly Gen<NumberFormat?> SometimesPinned =
        Gen.Frequency((4, Gen.Const((NumberFormat?)null)), (1, Gen.OneOf<NumberFormat?>(NumberFormat.Int8, NumberFormat.Bf16)));

    public SearchSpace Space => SearchSpace.Create(Layers, Formats, Granularity, Activations);

    /// <summary>Spaces of one to <paramref name="layers"/> layers in blocks of two, and one to <paramref name="formats"/> formats.</summary>
    public static Gen<SpaceCase> Random(int layers, int formats) =>
        from shapes in Gen.Select(Gen.Long[1, 1000], Gen.Long[1, 1000], SometimesPinned).Array[1, layers]
        from order in Gen.Shuffle(NumberFormat.All.Where(f => f is not IntegerFormat { IsSigned: false }).ToArray())
        from count in Gen.Int[1, formats]
        from granularity in Gen.Enum<Granularity>()
        from activations in Gen.Enum<ActivationMode>()
        select new SpaceCase(
            [.. shapes.Select((s, i) => new LayerShape($"stage.{i / 2}.conv{i % 2}", s.Item1, s.Item2, i == 0 ? null : s.Item3))],
            order[..count], granularity, activations);

    /// <summary>Every assignment of a space.</summary>
    public static IEnumerable<Assignment> AllOf(SearchSpace space)
    {
        var options = new int[space.Decisions.Count];
        while (true)
        {
            yield return new Assignment(options);
            var d = 0;
            while (d < options.Length && ++options[d] == space.Decisions[d].Options.Count)
                options[d++] = 0;
            if (d == options.Length)
                yield break;
        }
    }

    /// <summary>An assignment that takes its options from random numbers.</summary>
    public static Assignment Draw(SearchSpace space, RandomStream random) =>
        new([.. space.Decisions.Select(d => random.NextInt(d.Options.Count))]);
}
