using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// An autograd function of one output that holds no more memory than autograd itself needs. What TorchSharp makes on the way, among it an
/// empty tensor of the size of the output and a handle of every gradient, would else live as long as the scope of the whole step:
/// several times the memory of all activations.
/// </summary>
/// <typeparam name="TSelf">The function itself.</typeparam>
internal abstract class LeanFunction<TSelf> : autograd.SingleTensorFunction<TSelf>
    where TSelf : LeanFunction<TSelf>, new()
{
    /// <inheritdoc/>
    public override string Name => typeof(TSelf).Name;

    /// <summary>Computes the output and puts the function into the graph.</summary>
    /// <param name="arguments">Passed on to <c>forward</c>; gradients flow to those that are tensors.</param>
    public static Tensor Apply(params object?[] arguments)
    {
        using var scope = NewDisposeScope();
        return apply(arguments!).MoveToOuterDisposeScope();
    }

    /// <summary>The gradients by all arguments, null where there is none. What else it makes is freed when it returns.</summary>
    /// <param name="ctx">What <c>forward</c> saved.</param>
    /// <param name="gradient">By the output.</param>
    protected abstract Tensor?[] Differentiate(autograd.AutogradContext ctx, Tensor gradient);

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient)
    {
        BackwardPass.FreeHandedOver();
        using var scope = NewDisposeScope();
        scope.Attach(gradient);
        var gradients = Differentiate(ctx, gradient);
        BackwardPass.HandOver([.. gradients.OfType<Tensor>().Select(g => g.MoveToOuterDisposeScope())]);
        if (BackwardPass.IsLast)
            ctx.Dispose();      // else what was saved would live as long as the graph
        return [.. gradients.Select(g => g!)];
    }
}
