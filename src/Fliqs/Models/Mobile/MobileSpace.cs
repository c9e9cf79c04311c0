using Fliqs.Models.Layers;

namespace Fliqs.Models.Mobile;

/// <summary>
/// A network of mobile blocks, or a space of them where stages have several options: a convolution, stages of blocks, a 1x1 convolution,
/// a classifier. Layouts of Sandler et al. 2018 and Tan and Le 2019; options of the searches of TuNAS (Bender et al. 2020).
/// </summary>
public sealed record MobileSpace
{
    /// <summary>What the blocks are.</summary>
    public MobileBlockKind Block { get; init; }

    /// <summary>Channels of the first convolution, before the width.</summary>
    public int Stem { get; init; } = 32;

    /// <summary>Channels of the last convolution, before the width.</summary>
    public int Head { get; init; } = 1280;

    /// <summary>Stride of the first convolution.</summary>
    public int Stride { get; init; } = 2;

    /// <summary>Factor on all channels.</summary>
    public double Width { get; init; } = 1;

    /// <summary>The share of features that training leaves out before the classifier, at least 0, less than 1.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>The stages, at least one.</summary>
    public required IReadOnlyList<MobileStage> Stages { get; init; }

    /// <summary>MobileNetV2: table 2 of its paper.</summary>
    public static MobileSpace MobileNetV2 { get; } = new()
    {
        Stages =
        [
            new(16) { Expansion = [1] }, new(24) { Blocks = 2, Stride = 2 }, new(32) { Blocks = 3, Stride = 2 }, new(64) { Blocks = 4, Stride = 2 },
            new(96) { Blocks = 3 }, new(160) { Blocks = 3, Stride = 2 }, new(320),
        ],
    };

    /// <summary>EfficientNet-B0: table 1 of its paper.</summary>
    public static MobileSpace EfficientNetB0 { get; } = new()
    {
        Block = MobileBlockKind.Efficientnet,
        Stages =
        [
            new(16) { Expansion = [1] }, new(24) { Blocks = 2, Stride = 2 }, new(40) { Blocks = 2, Stride = 2, Kernel = [5] },
            new(80) { Blocks = 3, Stride = 2 }, new(112) { Blocks = 3, Kernel = [5] }, new(192) { Blocks = 4, Stride = 2, Kernel = [5] }, new(320),
        ],
    };

    /// <summary>
    /// The space around a network: kernels of 3, 5 and 7, expansions of 3 and 6, half to twice the filters, blocks skipped where the
    /// shape stays.
    /// </summary>
    public MobileSpace Searched() => this with
    {
        Stages = [.. Stages.Select(s => s with
        {
            Kernel = [.. s.Kernel.Union([3, 5, 7])],
            Expansion = s.Expansion is [1] ? s.Expansion : [.. s.Expansion.Union([6, 3])],
            Filters = [1, 0.5, 0.625, 0.75, 1.25, 1.5, 2],
            Skip = s.Blocks > 1,
        })],
    };

    /// <summary>The network that the space is built around: the first option of everything.</summary>
    public MobileSpace Plain() => this with
    {
        Stages = [.. Stages.Select(s => s with { Kernel = [s.Kernel[0]], Expansion = [s.Expansion[0]], Filters = [s.Filters[0]], Skip = false })],
    };

    /// <summary>The same for images of 28 to 64 pixels: the first convolution and the first stage with a stride have none.</summary>
    public MobileSpace ForSmallImages()
    {
        var first = Stages.TakeWhile(s => s.Stride == 1).Count();
        return Stride == 1 ? this : this with { Stride = 1, Stages = [.. Stages.Select((s, i) => i == first ? s with { Stride = 1 } : s)] };
    }

    /// <summary>Checks that there is such a network.</summary>
    /// <exception cref="InputException">There is not; the message names the stage.</exception>
    public void Check()
    {
        if (Stages.Count == 0)
            throw new InputException("the space has no stage");
        Demand(Stem >= 1 && Head >= 1 && Stride >= 1, "stem, head and stride have to be at least 1");
        Demand(Width > 0 && double.IsFinite(Width), "width has to be a factor above 0");
        Demand(Dropout is >= 0 and < 1, "dropout has to be at least 0 and less than 1");
        foreach (var (i, stage) in Stages.Index())
        {
            Some(stage.Kernel, "kernel", k => k >= 1 && k % 2 == 1, "odd and at least 1");
            Some(stage.Expansion, "expansion", e => e >= 1, "at least 1");
            Some(stage.Filters, "filters", f => f > 0 && double.IsFinite(f), "a factor above 0");
            Stage(stage.Channels >= 1 && stage.Blocks >= 1 && stage.Stride >= 1, "channels, blocks and stride have to be at least 1");
            Stage(stage.Expansion is [1] || !stage.Expansion.Contains(1), "expansion 1 stands beside others, but its blocks have a layer less; make it the only one");
            Stage(!stage.Skip || stage.Blocks > 1, "skip: its only block changes the shape and cannot be left out; leave out skip, or add blocks");

            void Some<T>(IReadOnlyList<T> options, string name, Func<T, bool> isSound, string rule)
            {
                Stage(options.Count > 0, $"{name} has no option; name at least one");
                Stage(options.All(isSound), $"{name} {options.FirstOrDefault(o => !isSound(o))} has to be {rule}");
                Stage(options.Distinct().Count() == options.Count, $"{name} names an option twice");
            }

            void Stage(bool holds, string message) => Demand(holds, $"stage {i + 1} ({stage.Channels} channels): {message}");
        }

        static void Demand(bool holds, string message)
        {
            if (!holds)
                throw new InputException(message);
        }
    }

    /// <summary>What a network takes over from its description.</summary>
    internal MobileSpace For(NetworkShape shape) => (shape.SmallStem ? ForSmallImages() : this) with { Width = Width * shape.Width };

    /// <summary>The numbers of channels to choose from in a stage, that of the network which the space is built around first.</summary>
    internal int[] ChannelsOf(MobileStage stage) => [.. stage.Filters.Select(f => ChannelCount.Divisible(stage.Channels * Width * f)).Distinct()];

    /// <summary>Channels of the first convolution.</summary>
    internal int StemChannels => ChannelCount.Divisible(Stem * Width);
}
