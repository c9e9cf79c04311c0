// MiniFliqs: the whole method of FLIQS (Dotzel et al., arXiv 2308.03290) on a toy, to be read from top to bottom.
//
// A small network tells three interleaved spirals apart. Each of its layers may compute with 2 to 8 bits, and a budget says
// how much computing the network may cost. Which layer deserves how many bits? FLIQS answers within one training run:
// a small policy draws the bits of every layer anew for each training step, watches how well the shared weights do with
// them, and moves towards what does well for its price.

using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniFliqs;

/// <summary>FLIQS on a toy network and toy data.</summary>
public static class Program
{
    // The network: fully connected layers, each with its own decision.
    private static readonly int[] Widths = [2, 32, 32, 32, 32, 3];
    private static readonly int LayerCount = Widths.Length - 1;

    // The options of a decision: INT2 to INT8 for the weights and the inputs of a layer alike.
    private static readonly int[] Bits = [2, 3, 4, 5, 6, 7, 8];

    // The budget: what the network costs with this many bits everywhere.
    private const int BudgetBits = 3;

    private const int BatchSize = 128;
    private const double WeightLearningRate = 5e-3;

    // The search, as in the paper's open code; beta weighs the cost against the quality.
    private const double WarmUpShare = 0.25;
    private const double Beta = 1.0;
    private const double BaselineDecay = 0.99;
    private const double PolicyLearningRate = 5e-3;
    private const double FinalEntropyWeight = 0.5;

    /// <summary>One line of the table at the end.</summary>
    /// <param name="Name">How the network came to its bits.</param>
    /// <param name="LayerBits">The bits of each layer; empty for floating point.</param>
    /// <param name="Cost">Bit operations for one input, as a share of the budget; null for floating point.</param>
    /// <param name="Accuracy">The share of the test points that are told right, 0 to 1.</param>
    public sealed record Row(string Name, int[] LayerBits, double? Cost, double Accuracy);

    /// <summary>Runs the comparison and prints it. Takes a seed and a number of steps, else 1 and 2000.</summary>
    public static int Main(string[] args)
    {
        set_num_threads(1);
        var numbers = Array.ConvertAll(args, text => int.Parse(text, CultureInfo.InvariantCulture));
        Print(Compare(numbers is [var seed, ..] ? seed : 1, numbers is [_, var steps, ..] ? steps : 2000), Console.Out);
        return 0;
    }

    /// <summary>Trains the same network in float, with uniform bits, and with bits that FLIQS finds, equally long.</summary>
    /// <param name="seed">The same seed gives the same rows.</param>
    /// <param name="steps">Training steps of each network.</param>
    public static IReadOnlyList<Row> Compare(int seed, int steps)
    {
        var uniform = Enumerable.Repeat(BudgetBits, LayerCount).ToArray();
        var (searched, searchedAccuracy) = Search(seed, steps);
        return
        [
            new("float", [], null, TrainFixed(seed, steps, null)),
            new($"INT{BudgetBits} everywhere", uniform, 1, TrainFixed(seed, steps, uniform)),
            new("FLIQS", searched, Cost(searched) / Cost(uniform), searchedAccuracy),
        ];
    }

    // ---------------------------------------------------------------------------------------------------------------------
    // The method: one training run that trains the weights and the policy side by side.

    private static (int[] LayerBits, double Accuracy) Search(int seed, int steps)
    {
        using var scope = NewDisposeScope();
        var random = new Generator((ulong)seed);
        var data = Spirals(2000, random);
        var network = new Weights(random);
        using var weightOptimizer = optim.AdamW(network.All, WeightLearningRate);

        // The policy pi_l = softmax(theta_l): independent categoricals, uniform at the start.
        var theta = new Parameter(zeros(LayerCount, Bits.Length));
        using var policyOptimizer = optim.Adam([theta], PolicyLearningRate);

        var target = Cost(Enumerable.Repeat(BudgetBits, LayerCount));       // C0
        var warmUp = (int)(WarmUpShare * steps);
        double? baseline = null;
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();

            // 1. Draw the bits of every layer: uniformly during the warm-up, then from the policy.
            var learning = step >= warmUp;
            var policy = learning ? theta.detach().softmax(1) : ones_like(theta);
            var choice = policy.multinomial(1, generator: random);          // [layers, 1]
            var layerBits = choice.data<long>().Select(option => Bits[option]).ToArray();

            // 2. Train the one set of shared weights with them.
            // 3. The quality is how well they did: Q = -loss of the training batch.
            var quality = -TrainStep(network, weightOptimizer, data, layerBits, random);

            // 4. The reward: R = Q - beta |C / C0 - 1|, so that a network beside the budget is worth less.
            var reward = quality - (Beta * Math.Abs((Cost(layerBits) / target) - 1));

            // 5. The baseline: what the policy gets on average of late. Better than that is good, worse is bad.
            baseline = baseline is null ? reward : (BaselineDecay * baseline) + ((1 - BaselineDecay) * reward);

            // 6. Move the policy; the weight of the entropy grows from 0 to its end value along half a cosine.
            if (!learning)
                continue;
            var progress = (step - warmUp) / (double)(steps - warmUp);
            var entropyWeight = FinalEntropyWeight * (1 - Math.Cos(Math.PI * progress)) / 2;
            PolicyStep(theta, policyOptimizer, choice, reward - baseline.Value, entropyWeight);
        }

        // 7. The result: the most probable bits that meet the budget, with the weights as they stand.
        var best = MostProbableWithin(target, theta.detach().log_softmax(1));
        return (best, Accuracy(network, best, Spirals(2000, random)));
    }

    /// <summary>
    /// REINFORCE: makes likelier what did better than usual, and pushes the entropy down, so that the policy has made up its
    /// mind by the end: loss = -(R - b) mean_l log pi_l(a_l) + lambda mean_l H(pi_l).
    /// </summary>
    private static void PolicyStep(
        Parameter theta, optim.Optimizer optimizer, Tensor choice, double advantage, double entropyWeight)
    {
        var logPolicy = theta.log_softmax(1);
        var logChosen = logPolicy.gather(1, choice).mean();
        var entropy = -(logPolicy.exp() * logPolicy).sum(1).mean();
        var loss = (-(float)advantage * logChosen) + ((float)entropyWeight * entropy);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    /// <summary>Maximises sum_l log pi_l(a_l) subject to C(a) at most C0, by looking at every assignment.</summary>
    private static int[] MostProbableWithin(double target, Tensor logPolicy)
    {
        var log = logPolicy.data<float>().ToArray();                        // [layers, options], row by row
        var (best, bestLog) = (Array.Empty<int>(), double.NegativeInfinity);
        for (var number = 0; number < Math.Pow(Bits.Length, LayerCount); number++)
        {
            // the digits of the number are the options of the layers
            var options = new int[LayerCount];
            for (var (layer, rest) = (0, number); layer < LayerCount; layer++, rest /= Bits.Length)
                options[layer] = rest % Bits.Length;
            var layerBits = Array.ConvertAll(options, option => Bits[option]);
            var sum = options.Select((option, layer) => log[(layer * Bits.Length) + option]).Sum();
            if (sum > bestLog && Cost(layerBits) <= target)
                (best, bestLog) = (layerBits, sum);
        }

        return best;
    }

    /// <summary>Bit operations for one input: sum_l MACs_l * bits of the weights * bits of the inputs.</summary>
    private static double Cost(IEnumerable<int> layerBits) =>
        layerBits.Select((bits, layer) => (double)Widths[layer] * Widths[layer + 1] * bits * bits).Sum();

    // ---------------------------------------------------------------------------------------------------------------------
    // Quantization: what a number looks like with few bits, in the forward pass only.

    /// <summary>
    /// Rounds to an integer grid: scale = max|x| / n, with n = 2^(b-1) - 1, or 2^b - 1 where no number is negative. The
    /// gradient passes straight through: rounding is a step function, and its true gradient, zero, would teach nothing.
    /// </summary>
    /// <param name="x">The numbers, [rows, columns].</param>
    /// <param name="bits">The bits of a number, 2 to 8.</param>
    /// <param name="perRow">Whether each row has its own scale: rows of weights are output channels.</param>
    /// <param name="signed">Whether numbers may be negative.</param>
    private static Tensor Quantize(Tensor x, int bits, bool perRow, bool signed)
    {
        var n = (1 << (signed ? bits - 1 : bits)) - 1;
        var largest = x.detach().abs();
        var scale = (perRow ? largest.amax([1], keepdim: true) : largest.max()).clamp_min(1e-8) / n;
        var rounded = (x.detach() / scale).round() * scale;
        return x + (rounded - x).detach();
    }

    // ---------------------------------------------------------------------------------------------------------------------
    // The network and its training, as they would be without a search.

    /// <summary>The shared weights: a matrix [outputs, inputs] and a bias for each layer.</summary>
    private sealed class Weights
    {
        public Weights(Generator random)
        {
            for (var layer = 0; layer < LayerCount; layer++)
            {
                var (inputs, outputs) = (Widths[layer], Widths[layer + 1]);
                Matrices.Add(new Parameter(randn(outputs, inputs, generator: random) * Math.Sqrt(2.0 / inputs)));
                Biases.Add(new Parameter(zeros(outputs)));
            }
        }

        public List<Parameter> Matrices { get; } = [];

        public List<Parameter> Biases { get; } = [];

        public IEnumerable<Parameter> All => Matrices.Concat(Biases);
    }

    /// <summary>The network's outputs [batch, 3] for points [batch, 2], with the given bits or in floating point.</summary>
    private static Tensor Forward(Weights network, Tensor x, int[]? layerBits)
    {
        for (var layer = 0; layer < LayerCount; layer++)
        {
            var weight = (Tensor)network.Matrices[layer];
            if (layerBits is not null)
            {
                x = Quantize(x, layerBits[layer], perRow: false, signed: layer == 0);
                weight = Quantize(weight, layerBits[layer], perRow: true, signed: true);
            }

            x = nn.functional.linear(x, weight, network.Biases[layer]);
            if (layer < LayerCount - 1)
                x = x.relu();
        }

        return x;
    }

    /// <summary>One step on a random batch; returns its loss before the step.</summary>
    private static double TrainStep(
        Weights network, optim.Optimizer optimizer, (Tensor X, Tensor Y) data, int[]? layerBits, Generator random)
    {
        var batch = randint(data.X.shape[0], [BatchSize], dtype: ScalarType.Int64, generator: random);
        var loss = nn.functional.cross_entropy(Forward(network, data.X[batch], layerBits), data.Y[batch]);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private static double TrainFixed(int seed, int steps, int[]? layerBits)
    {
        using var scope = NewDisposeScope();
        var random = new Generator((ulong)seed);
        var data = Spirals(2000, random);
        var network = new Weights(random);
        using var optimizer = optim.AdamW(network.All, WeightLearningRate);
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            TrainStep(network, optimizer, data, layerBits, random);
        }

        return Accuracy(network, layerBits, Spirals(2000, random));
    }

    private static double Accuracy(Weights network, int[]? layerBits, (Tensor X, Tensor Y) data)
    {
        using var quiet = no_grad();
        return Forward(network, data.X, layerBits).argmax(1).eq(data.Y).to(ScalarType.Float32).mean().item<float>();
    }

    /// <summary>Points X [count, 2] on three spiral arms with a little noise, and the arm Y [count] of each.</summary>
    private static (Tensor X, Tensor Y) Spirals(int count, Generator random)
    {
        var arm = randint(3, [count], dtype: ScalarType.Int64, generator: random);
        var radius = rand(count, generator: random).sqrt();
        var angle = (4 * radius) + (arm * (2 * Math.PI / 3)) + (0.15 * randn(count, generator: random));
        return (stack([radius * angle.cos(), radius * angle.sin()], dim: 1), arm);
    }

    private static void Print(IReadOnlyList<Row> rows, TextWriter output)
    {
        output.WriteLine("network          bits of the layers   cost/budget   test accuracy");
        foreach (var row in rows)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-17}{string.Join(' ', row.LayerBits),-21}{row.Cost,11:0.000}{row.Accuracy,16:0.0%}"));
    }
}
