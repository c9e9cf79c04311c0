using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>What functions of this thread have to know of the backward pass that they are called in.</summary>
internal static class BackwardPass
{
    [ThreadStatic]
    private static Tensor[]? handedOver;

    /// <summary>Whether the graph is not used again, so that functions can free what they have saved.</summary>
    [field: ThreadStatic]
    public static bool IsLast { get; private set; }

    /// <summary>The one and only backward pass from a loss.</summary>
    public static void RunLast(Tensor loss)
    {
        IsLast = true;
        try
        {
            loss.backward();
        }
        finally
        {
            IsLast = false;
            FreeHandedOver();
        }
    }

    /// <summary>
    /// Keeps the gradients that a function returns. Autograd takes references of its own only after the function has ended, so that they
    /// are freed when the next one begins, or with the scope of the step.
    /// </summary>
    public static void HandOver(Tensor[] gradients) => handedOver = gradients;

    /// <summary>Frees what was kept last.</summary>
    public static void FreeHandedOver()
    {
        foreach (var tensor in handedOver ?? [])
            tensor.Dispose();
        handedOver = null;
    }
}
