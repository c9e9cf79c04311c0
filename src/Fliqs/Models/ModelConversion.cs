using System.Reflection;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>Makes a network of stock TorchSharp layers searchable.</summary>
public sealed class ModelConversion
{
    private readonly List<(string, string)> kept = [];
    private readonly HashSet<nn.Module> shared;

    private ModelConversion(nn.Module network) => shared = network.modules()
        .GroupBy(m => m, ReferenceEqualityComparer.Instance).Where(g => g.Count() > 1).Select(g => (nn.Module)g.Key!)
        .ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Replaces every <c>Conv2d</c> and <c>Linear</c> of a network by its quantized counterpart, which takes over its
    /// parameters. A layer is replaced where it is part of a <c>Sequential</c>, or is held by a field, list or dictionary that
    /// can hold a <see cref="QuantizedLayer"/>, of type <c>Module&lt;Tensor, Tensor&gt;</c> for instance.
    /// </summary>
    /// <param name="network">Changed in place, but for a <c>Sequential</c>, which is made anew around the same modules.</param>
    /// <returns>The network to use from now on, and the layers that stay as they were, with the reason.</returns>
    public static (nn.Module<Tensor, Tensor> Network, IReadOnlyList<(string Name, string Reason)> Kept) Quantize(
        nn.Module<Tensor, Tensor> network)
    {
        var conversion = new ModelConversion(network);
        return ((nn.Module<Tensor, Tensor>)conversion.Convert(network, "", false), conversion.kept);
    }

    private nn.Module Convert(nn.Module module, string path, bool nonNegative)
    {
        switch (module)
        {
            case QuantizedLayer:
                return module;
            case Conv2d or Linear when shared.Contains(module):
                kept.Add((path, "it stands in more than one place, and one format has to serve them all"));
                return module;
            case Conv2d { padding_mode: not PaddingModes.Zeros } conv:
                kept.Add((path, $"padding mode {conv.padding_mode}: only zeros are supported"));
                return module;
            case Conv2d { padding_type: Padding.Same }:
                kept.Add((path, "padding 'same': give the number of pixels instead"));
                return module;
            case Conv2d c:
                var padding = c.padding_type == Padding.Valid ? [0, 0] : c.padding!;
                return Replacing(c, new QuantizedConv2d(c.weight!, c.bias, c.stride, padding, c.dilation, c.groups), nonNegative);
            case Linear l:
                return Replacing(l, new QuantizedLinear(l.weight!, l.bias), nonNegative);
            case Sequential sequential:
                return ConvertSequential(sequential, path, nonNegative);
            default:
                ConvertChildren(module, path);
                return module;
        }
    }

    private static QuantizedLayer Replacing(nn.Module stock, QuantizedLayer layer, bool nonNegative)
    {
        layer.NonNegativeInput = nonNegative;
        layer.train(stock.training);
        return layer;
    }

    private Sequential ConvertSequential(Sequential sequential, string path, bool nonNegative)
    {
        var children = sequential.named_children().ToList();
        var converted = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (var (name, child) in children)
        {
            converted.Add((name, (nn.Module<Tensor, Tensor>)Convert(child, Join(path, name), nonNegative)));
            nonNegative = child is ReLU or ReLU6 or Sigmoid || (nonNegative && KeepsSign(child));
        }

        if (converted.Zip(children).All(p => ReferenceEquals(p.First.Item2, p.Second.module)))
            return sequential;
        var made = nn.Sequential();
        made.train(sequential.training);
        foreach (var (name, child) in converted)
            made.append(name, child);
        return made;
    }

    private static bool KeepsSign(nn.Module module) => module
        is MaxPool2d or AvgPool2d or AdaptiveMaxPool2d or AdaptiveAvgPool2d or Flatten or Dropout or Dropout2d or Identity;

    private void ConvertChildren(nn.Module parent, string path)
    {
        var children = parent.named_children().ToList();
        var changed = false;
        for (var i = 0; i < children.Count; i++)
        {
            var (name, child) = children[i];
            var replacement = Convert(child, Join(path, name), false);
            if (ReferenceEquals(replacement, child))
                continue;
            if (Put(parent, name, child, replacement) is { } reason)
            {
                kept.Add((Join(path, name), reason));
                continue;
            }

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

    /// <summary>Puts a module into the place of another. Returns why it cannot be done, or null.</summary>
    private static string? Put(nn.Module parent, string name, nn.Module child, nn.Module replacement)
    {
        switch (parent)
        {
            case IList<nn.Module<Tensor, Tensor>> list:
                list[list.IndexOf((nn.Module<Tensor, Tensor>)child)] = (nn.Module<Tensor, Tensor>)replacement;
                return null;
            case IDictionary<string, nn.Module<Tensor, Tensor>> dictionary:
                dictionary[name] = (nn.Module<Tensor, Tensor>)replacement;
                return null;
        }

        var field = FieldOf(parent, child);
        if (field is null)
            return "no field of its parent holds it, nor a list or dictionary of Module<Tensor, Tensor>";
        if (!field.FieldType.IsInstanceOfType(replacement))
            return $"its field is of type {field.FieldType.Name}: declare it as Module<Tensor, Tensor>";
        field.SetValue(parent, replacement);
        return null;
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
