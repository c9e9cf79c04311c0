using System.Reflection;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>Makes a network of stock TorchSharp layers searchable.</summary>
public static class ModelConversion
{
    /// <summary>
    /// Replaces every <c>Conv2d</c> and <c>Linear</c> of a network by its quantized counterpart, which takes over its
    /// parameters. A layer is replaced where it is part of a <c>Sequential</c> or is held by a field that can hold a
    /// <see cref="QuantizedLayer"/>, of type <c>Module&lt;Tensor, Tensor&gt;</c> for instance.
    /// </summary>
    /// <param name="network">Changed in place, but for a <c>Sequential</c>, which is made anew around the same modules.</param>
    /// <returns>The network to use from now on, and the layers that stay as they were, with the reason.</returns>
    public static (nn.Module<Tensor, Tensor> Network, IReadOnlyList<(string Name, string Reason)> Kept) Quantize(
        nn.Module<Tensor, Tensor> network)
    {
        var kept = new List<(string, string)>();
        return ((nn.Module<Tensor, Tensor>)Convert(network, "", false, kept), kept);
    }

    private static nn.Module Convert(nn.Module module, string path, bool nonNegative, List<(string, string)> kept)
    {
        switch (module)
        {
            case QuantizedLayer:
                return module;
            case Conv2d { padding_mode: not PaddingModes.Zeros } conv:
                kept.Add((path, $"padding mode {conv.padding_mode}: only zeros are supported"));
                return module;
            case Conv2d { padding_type: Padding.Same }:
                kept.Add((path, "padding 'same': give the number of pixels instead"));
                return module;
            case Conv2d c:
                var padding = c.padding_type == Padding.Valid ? [0, 0] : c.padding!;
                return new QuantizedConv2d(c.weight!, c.bias, c.stride, padding, c.dilation, c.groups) { NonNegativeInput = nonNegative };
            case Linear l:
                return new QuantizedLinear(l.weight!, l.bias) { NonNegativeInput = nonNegative };
            case Sequential sequential:
                return ConvertSequential(sequential, path, nonNegative, kept);
            default:
                ConvertFields(module, path, kept);
                return module;
        }
    }

    private static Sequential ConvertSequential(Sequential sequential, string path, bool nonNegative, List<(string, string)> kept)
    {
        var children = sequential.named_children().ToList();
        var converted = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (var (name, child) in children)
        {
            converted.Add((name, (nn.Module<Tensor, Tensor>)Convert(child, Join(path, name), nonNegative, kept)));
            nonNegative = child is ReLU or ReLU6 or Sigmoid || (nonNegative && child is MaxPool2d or AvgPool2d or Flatten or Dropout);
        }

        return converted.Zip(children).All(p => ReferenceEquals(p.First.Item2, p.Second.module)) ? sequential : nn.Sequential(converted);
    }

    private static void ConvertFields(nn.Module parent, string path, List<(string, string)> kept)
    {
        var children = parent.named_children().ToList();
        var changed = false;
        for (var i = 0; i < children.Count; i++)
        {
            var (name, child) = children[i];
            var replacement = Convert(child, Join(path, name), false, kept);
            if (ReferenceEquals(replacement, child))
                continue;
            var field = FieldOf(parent, child);
            if (field is null || !field.FieldType.IsInstanceOfType(replacement))
            {
                kept.Add((Join(path, name), field is null
                    ? "no field of its parent holds it"
                    : $"its field is of type {field.FieldType.Name}: declare it as Module<Tensor, Tensor>"));
                continue;
            }

            field.SetValue(parent, replacement);
            children[i] = (name, replacement);
            changed = true;
        }

        if (!changed)
            return;

        // Registered anew one and all, so that the order of the modules stays.
        foreach (var (name, _) in children)
            parent.register_module(name, null!);
        foreach (var (name, child) in children)
            parent.register_module(name, child);
    }

    private static FieldInfo? FieldOf(nn.Module parent, nn.Module child)
    {
        for (var type = parent.GetType(); type != null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (ReferenceEquals(field.GetValue(parent), child))
                    return field;
            }
        }

        return null;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
