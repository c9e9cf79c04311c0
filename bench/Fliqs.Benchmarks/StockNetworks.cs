using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fliqs.Benchmarks;

/// <summary>
/// The networks of the step benchmark as a user of TorchSharp would write them, of stock modules. With fake quantization they are the
/// reference: the input and the weight of every convolution and linear layer pass through separate tensor operations.
/// </summary>
internal sealed class StockNetworks(bool quantized)
{
    private static readonly int[] BitWidths = [2, 3, 4, 5, 6, 7, 8];
    private readonly List<Rounded> layers = [];

    /// <summary>A network by the name that the catalogue has for it.</summary>
    public Module<Tensor, Tensor> Create(StepLeg leg) => leg.Model switch
    {
        "resnet20" => Sequential(
            Norm(Conv(leg.Channels, 16, 3)), ReLU(inplace: true),
            Stage(3, 16, 16, 1), Stage(3, 16, 32, 2), Stage(3, 32, 64, 2), Head(64, leg.Classes)),
        "resnet18" => Sequential(
            Norm(Conv(leg.Channels, 64, 7, 2)), ReLU(inplace: true), MaxPool2d(3, 2, 1),
            Stage(2, 64, 64, 1), Stage(2, 64, 128, 2), Stage(2, 128, 256, 2), Stage(2, 256, 512, 2), Head(512, leg.Classes)),
        "mobilenet_v2" => MobileNet(leg),
        "deit_tiny" => new Transformer(this, leg),
        var other => throw new NotSupportedException(other),
    };

    /// <summary>Draws a format for every layer; does nothing without quantization.</summary>
    public void Draw(Random random)
    {
        foreach (var layer in layers)
            layer.Bits = (BitWidths[random.Next(BitWidths.Length)], BitWidths[random.Next(BitWidths.Length)]);
    }

    private Sequential MobileNet(StepLeg leg)
    {
        var parts = new List<Module<Tensor, Tensor>> { Norm(Conv(leg.Channels, 32, 3, 2)), ReLU6(inplace: true) };
        var inputs = 32;
        foreach (var (expansion, outputs, blocks, stride) in new[] { (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1) })
        {
            for (var i = 0; i < blocks; i++)
            {
                var (hidden, step) = (inputs * expansion, i == 0 ? stride : 1);
                var block = new List<Module<Tensor, Tensor>>();
                if (expansion != 1)
                    block.AddRange([Norm(Conv(inputs, hidden, 1)), ReLU6(inplace: true)]);
                block.AddRange([Norm(Conv(hidden, hidden, 3, step, hidden)), ReLU6(inplace: true), Norm(Conv(hidden, outputs, 1))]);
                var body = Sequential(block);
                parts.Add(step == 1 && inputs == outputs ? new Residual(body, null, null) : body);
                inputs = outputs;
            }
        }

        return Sequential([.. parts, Norm(Conv(inputs, 1280, 1)), ReLU6(inplace: true), Head(1280, leg.Classes)]);
    }

    private Sequential Stage(int blocks, int inputs, int outputs, int stride) =>
        Sequential(Enumerable.Range(0, blocks).Select(i => Basic(i == 0 ? inputs : outputs, outputs, i == 0 ? stride : 1)));

    private Module<Tensor, Tensor> Basic(int inputs, int outputs, int stride) => new Residual(
        Sequential(Norm(Conv(inputs, outputs, 3, stride)), ReLU(inplace: true), Norm(Conv(outputs, outputs, 3))),
        stride == 1 && inputs == outputs ? null : Norm(Conv(inputs, outputs, 1, stride)), ReLU(inplace: true));

    private Sequential Head(int features, int classes) => Sequential(AdaptiveAvgPool2d(1), Flatten(), Full(features, classes));

    private (Module<Tensor, Tensor> Layer, int Outputs) Conv(int inputs, int outputs, int kernel, int stride = 1, int groups = 1)
    {
        var layer = Conv2d(inputs, outputs, kernel, stride, kernel / 2, groups: groups, bias: false);
        return (Watch(layer, layer.weight!, (x, w) => functional.conv2d(x, w, null, [stride, stride], [kernel / 2, kernel / 2], [1, 1], groups)), outputs);
    }

    private Module<Tensor, Tensor> Full(int inputs, int outputs)
    {
        var layer = Linear(inputs, outputs);
        return Watch(layer, layer.weight!, (x, w) => functional.linear(x, w, layer.bias));
    }

    private static Sequential Norm((Module<Tensor, Tensor> Layer, int Outputs) convolution) =>
        Sequential(convolution.Layer, BatchNorm2d(convolution.Outputs));

    private Module<Tensor, Tensor> Watch(Module<Tensor, Tensor> layer, Tensor weight, Func<Tensor, Tensor, Tensor> compute)
    {
        if (!quantized)
            return layer;
        var rounded = new Rounded(layer, weight, compute);
        layers.Add(rounded);
        return rounded;
    }

    /// <summary>A layer on operands that are rounded operation by operation, with a straight-through gradient.</summary>
    private sealed class Rounded : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layer;
        private readonly Func<Tensor> weight;
        private readonly Func<Tensor, Tensor, Tensor> compute;

        public Rounded(Module<Tensor, Tensor> layer, Tensor weight, Func<Tensor, Tensor, Tensor> compute)
            : base(nameof(Rounded))
        {
            (this.layer, this.weight, this.compute) = (layer, () => weight, compute);
            RegisterComponents();
        }

        public (int Weight, int Input) Bits { get; set; } = (4, 4);

        public override Tensor forward(Tensor input)
        {
            var w = weight();
            return compute(
                Fake(input, Bits.Input, input.detach().abs().max()),
                Fake(w, Bits.Weight, w.detach().abs().amax([.. Enumerable.Range(1, (int)w.dim() - 1).Select(d => (long)d)], keepdim: true)));
        }

        private static Tensor Fake(Tensor x, int bits, Tensor largest)
        {
            var levels = (1 << (bits - 1)) - 1;
            var scale = largest / levels + 1e-12;
            var rounded = (x.detach() / scale).round().clamp(-levels, levels) * scale;
            return x + (rounded - x.detach());
        }
    }

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> body;
        private readonly Module<Tensor, Tensor>? shortcut;
        private readonly Module<Tensor, Tensor>? end;

        public Residual(Module<Tensor, Tensor> body, Module<Tensor, Tensor>? shortcut, Module<Tensor, Tensor>? end)
            : base(nameof(Residual))
        {
            (this.body, this.shortcut, this.end) = (body, shortcut, end);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var sum = body.forward(input) + (shortcut?.forward(input) ?? input);
            return end?.forward(sum) ?? sum;
        }
    }

    /// <summary>DeiT-Tiny: 12 blocks of width 192 with 3 heads.</summary>
    private sealed class Transformer : Module<Tensor, Tensor>
    {
        private const int Width = 192, Heads = 3, Depth = 12;
        private readonly Module<Tensor, Tensor> embedding;
        private readonly Parameter token = new(zeros(1, 1, Width));
        private readonly Parameter positions;
        private readonly ModuleList<Module<Tensor, Tensor>> blocks = new();
        private readonly Module<Tensor, Tensor> head;

        public Transformer(StockNetworks networks, StepLeg leg)
            : base(nameof(Transformer))
        {
            var patch = leg.Patch!.Value;
            var convolution = Conv2d(leg.Channels, Width, patch, patch);
            embedding = networks.Watch(convolution, convolution.weight!, (x, w) => functional.conv2d(x, w, convolution.bias, [patch, patch]));
            positions = new Parameter(randn(1, (leg.Size / patch * (leg.Size / patch)) + 1, Width) * 0.02f);
            for (var i = 0; i < Depth; i++)
            {
                blocks.Add(new Residual(Sequential(LayerNorm(Width), new Attention(networks)), null, null));
                blocks.Add(new Residual(
                    Sequential(LayerNorm(Width), networks.Full(Width, 4 * Width), GELU(), networks.Full(4 * Width, Width)), null, null));
            }

            head = Sequential(LayerNorm(Width), networks.Full(Width, leg.Classes));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = embedding.forward(input).flatten(2).transpose(1, 2);
            x = cat([token.expand(x.shape[0], -1, -1), x], 1) + positions;
            foreach (var block in blocks)
                x = block.forward(x);
            return head.forward(x.select(1, 0));
        }

        private sealed class Attention : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> qkv;
            private readonly Module<Tensor, Tensor> projection;

            public Attention(StockNetworks networks)
                : base(nameof(Attention))
            {
                (qkv, projection) = (networks.Full(Width, 3 * Width), networks.Full(Width, Width));
                RegisterComponents();
            }

            public override Tensor forward(Tensor input)
            {
                var (images, tokens) = (input.shape[0], input.shape[1]);
                var parts = qkv.forward(input).reshape(images, tokens, 3, Heads, Width / Heads).permute(2, 0, 3, 1, 4);
                var mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
                return projection.forward(mixed.transpose(1, 2).reshape(images, tokens, Width));
            }
        }
    }
}
