using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>Multi-head self-attention on tokens [N, T, width]; its two linear layers are quantized.</summary>
internal sealed class Attention : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // names of the state dictionary
    private readonly QuantizedLinear qkv;
    private readonly QuantizedLinear proj;
#pragma warning restore IDE1006
    private readonly int heads;

    /// <summary>Attention with <paramref name="heads"/> heads, which divide the width.</summary>
    public Attention(int width, int heads)
        : base(nameof(Attention))
    {
        this.heads = heads;
        qkv = new QuantizedLinear(width, 3 * width);
        proj = new QuantizedLinear(width, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var (n, t, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = qkv.forward(input).reshape(n, t, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        var x = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return proj.forward(x.transpose(1, 2).reshape(n, t, width));
    }
}
