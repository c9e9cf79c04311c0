using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// The gradients that the last function of this thread has returned. Autograd takes references of its own only after the function
/// has ended, so that they are freed when the next one begins, or with the scope of the step.
/// </summary>
internal static class HandedOver
{
    [ThreadStatic]
    private static Tensor[]? tensors;

    public static void Keep(Tensor[] returned) => tensors = returned;

    public static void Free()
    {
        foreach (var tensor in tensors ?? [])
            tensor.Dispose();
        tensors = null;
    }
}
