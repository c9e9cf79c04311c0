using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>The parameters and buffers of a module in a file, by their names in its state dictionary.</summary>
public static class ModuleState
{
    /// <summary>Writes all parameters and buffers to a safetensors file.</summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <inheritdoc cref="Safetensors.Write" path="/exception"/>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Safetensors.Write(path, module.state_dict(), metadata);
    }

    /// <summary>Copies a safetensors file into the module; see <see cref="Copy"/>.</summary>
    /// <exception cref="InputException">The file is not sound, or <paramref name="strict"/> and does not fit.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static StateMismatch Load(nn.Module module, string path, bool strict = true)
    {
        using var content = Safetensors.Read(path);
        return Copy(content.Tensors, module, path, strict);
    }

    /// <summary>
    /// Copies tensors into the parameters and buffers of the same name. Floating types are converted to the module's own;
    /// all others must be the same. Nothing is copied if it throws.
    /// </summary>
    /// <param name="tensors">Tensor by name.</param>
    /// <param name="module">The module, changed in place.</param>
    /// <param name="source">What messages call the tensors: a file name.</param>
    /// <param name="strict">Whether every name must find its partner; if not, what fits is copied.</param>
    /// <returns>What did not agree; empty if <paramref name="strict"/>.</returns>
    /// <exception cref="InputException"><paramref name="strict"/>, and a name is missing, left over or unfit.</exception>
    public static StateMismatch Copy(
        IReadOnlyDictionary<string, Tensor> tensors, nn.Module module, string source, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(module);
        var state = module.state_dict();
        var shared = state.Where(entry => tensors.ContainsKey(entry.Key)).ToList();
        var unfit = shared.Where(entry => !Fits(tensors[entry.Key], entry.Value));
        var mismatch = new StateMismatch(
            [.. state.Keys.Where(name => !tensors.ContainsKey(name))],
            [.. tensors.Keys.Where(name => !state.ContainsKey(name)).Select(name => SafetensorsHeader.Quote(name))],
            [.. unfit.Select(entry => $"{entry.Key} is {Describe(tensors[entry.Key])}, not {Describe(entry.Value)}")]);
        if (strict && !mismatch.IsEmpty)
            throw new InputException(
                $"{source}: it does not fit the model: {mismatch}. Give the model, width and classes it was saved with.");

        using var quiet = no_grad();
        foreach (var (name, target) in shared)
            if (Fits(tensors[name], target))
                target.copy_(tensors[name]);
        return mismatch;
    }

    private static bool Fits(Tensor source, Tensor target) =>
        source.shape.AsSpan().SequenceEqual(target.shape)
        && (source.dtype == target.dtype || (source.is_floating_point() && target.is_floating_point()));

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
