using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>The parameters and buffers of a module in a file, by their names in its state dictionary.</summary>
public static class ModuleState
{
    private const int Shown = 3;

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
    /// <exception cref="InputException">The file is not sound, or does not fit.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Load(nn.Module module, string path)
    {
        using var content = Safetensors.Read(path);
        Copy(content.Tensors, module, path);
    }

    /// <summary>
    /// Copies tensors into the parameters and buffers of the same name. Floating types are converted to the module's own;
    /// all others must be the same. Nothing is copied if it throws.
    /// </summary>
    /// <param name="tensors">Tensor by name.</param>
    /// <param name="module">The module, changed in place.</param>
    /// <param name="source">What messages call the tensors: a file name.</param>
    /// <exception cref="InputException">A name is missing, left over or unfit.</exception>
    public static void Copy(IReadOnlyDictionary<string, Tensor> tensors, nn.Module module, string source)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(module);
        var state = module.state_dict();
        (string What, IReadOnlyList<string> Names)[] mismatches =
        [
            ("missing", [.. state.Keys.Where(name => !tensors.ContainsKey(name))]),
            ("left over", [.. tensors.Keys.Where(name => !state.ContainsKey(name)).Select(name => SafetensorsHeader.Quote(name))]),
            ("of another shape or type",
                [
                    .. state.Where(entry => tensors.TryGetValue(entry.Key, out var own) && !Fits(own, entry.Value))
                        .Select(entry => $"{entry.Key} is {Describe(tensors[entry.Key])}, not {Describe(entry.Value)}"),
                ]),
        ];
        var said = mismatches.Where(m => m.Names.Count > 0).Select(m =>
            $"{m.Names.Count} {m.What} ({string.Join(", ", m.Names.Take(Shown))}{(m.Names.Count > Shown ? ", ..." : "")})").ToList();
        if (said.Count > 0)
            throw new InputException(
                $"{source}: it does not fit the model: {string.Join("; ", said)}. Give the model, width and classes it was saved with.");

        using var quiet = no_grad();
        foreach (var (name, target) in state)
            target.copy_(tensors[name]);
    }

    private static bool Fits(Tensor source, Tensor target) =>
        source.shape.AsSpan().SequenceEqual(target.shape)
        && (source.dtype == target.dtype || (source.is_floating_point() && target.is_floating_point()));

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
