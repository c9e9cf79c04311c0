using Fliqs.Models;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs.Config;

/// <summary>
/// Starts a network from the weights of another program in a safetensors file, by the names of torchvision and timm. Everything has
/// to agree, but for what training begins anew or leaves out in any case: a classifier of another number of classes, counts of
/// batches, and an auxiliary head that the network does without.
/// </summary>
public static class PublishedWeights
{
    private const string AuxiliaryHead = "AuxLogits.";
    private const string Count = ".num_batches_tracked";

    /// <summary>Copies the weights into the network.</summary>
    /// <param name="model">Changed in place, or not at all if it throws.</param>
    /// <param name="file">The safetensors file; F64, F32, F16 and BF16 become float32.</param>
    /// <returns>What was not taken from the file, one line each.</returns>
    /// <exception cref="InputException">The file is not sound, does not fit, or holds a number that is not finite.</exception>
    public static IReadOnlyList<string> Load(QuantizedModel model, string file) => Load(model, file, ofOtherClasses: true);

    /// <summary>The same; a classifier of another number of classes is an error unless <paramref name="ofOtherClasses"/>.</summary>
    internal static IReadOnlyList<string> Load(QuantizedModel model, string file, bool ofOtherClasses)
    {
        using var scope = NewDisposeScope();
        using var content = Safetensors.Read(file);
        var tensors = content.Tensors.ToDictionary();
        var state = model.Network.state_dict();
        foreach (var (name, tensor) in tensors)
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
                throw new InputException($"{file}: '{name}' holds numbers that are not finite; the weights are of no use");
        foreach (var name in state.Keys.Where(n => n.EndsWith(Count, StringComparison.Ordinal)))
            tensors.TryAdd(name, state[name]);
        List<string> notes = [.. LeaveOutHead(tensors, state, file), .. ofOtherClasses ? LeaveOutClassifier(tensors, model, file) : []];
        ModuleState.Copy(tensors, model.Network, file);
        return notes;
    }

    private static IEnumerable<string> LeaveOutHead(Dictionary<string, Tensor> tensors, Dictionary<string, Tensor> state, string file)
    {
        var head = tensors.Keys.Where(n => n.StartsWith(AuxiliaryHead, StringComparison.Ordinal) && !state.ContainsKey(n)).ToList();
        head.ForEach(name => tensors.Remove(name));
        if (head.Count > 0)
            yield return $"{file}: the auxiliary head is left out, --aux takes it";
    }

    /// <summary>Puts the network's own classifiers in place of those of the file that differ in the number of classes alone.</summary>
    private static IEnumerable<string> LeaveOutClassifier(Dictionary<string, Tensor> tensors, QuantizedModel model, string file)
    {
        var state = model.Network.state_dict();
        foreach (var name in new[] { model.Layers[^1].Name, AuxiliaryHead + "fc" })
        {
            if (!state.TryGetValue(name + ".weight", out var own) || !tensors.TryGetValue(name + ".weight", out var theirs)
                || theirs.dim() != own.dim() || theirs.shape[0] == own.shape[0] || !theirs.shape.AsSpan(1).SequenceEqual(own.shape.AsSpan(1)))
                continue;
            tensors[name + ".weight"] = own;
            tensors[name + ".bias"] = state[name + ".bias"];
            yield return $"{file}: '{name}' is for {theirs.shape[0]} classes, not {own.shape[0]}; it begins with new weights";
        }
    }
}
