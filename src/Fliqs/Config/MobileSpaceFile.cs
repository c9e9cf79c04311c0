using System.Globalization;
using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fliqs.Config;

/// <summary>
/// Reads a network of mobile blocks, or a space of them, from YAML: the properties of <see cref="MobileSpace"/> and
/// <see cref="MobileStage"/> in small letters, a single value for a list of one. A result.json of a search over architectures is read too,
/// it holds the network that was found.
/// </summary>
public static class MobileSpaceFile
{
    private static readonly string[] SpaceKeys = ["block", "stem", "head", "stride", "width", "dropout", "stages"];
    private static readonly string[] StageKeys = ["channels", "blocks", "stride", "kernel", "expansion", "filters", "skip"];

    /// <summary>Whether the name of a network stands for a file.</summary>
    public static bool IsMeantBy(string model) => Path.GetExtension(model).ToLowerInvariant() is ".yaml" or ".yml" or ".json";

    /// <summary>The space in a file.</summary>
    /// <exception cref="InputException">It cannot be read or contradicts itself; the message names the stage.</exception>
    public static MobileSpace Read(string file)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(File.ReadAllText(file)));
            if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
                throw new InputException("has to be a mapping with stem, head and stages");
            if (root.Children.ContainsKey("method"))
                root = Child(root, "architecture") as YamlMappingNode
                    ?? throw new InputException("is the result of a run that searched no architecture; name its model instead");
            var space = Space(root);
            space.Check();
            return space;
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: {e.Message}", e);
        }
        catch (YamlException e)
        {
            throw new InputException($"{file}: line {e.Start.Line}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static MobileSpace Space(YamlMappingNode node)
    {
        CheckKeys(node, SpaceKeys, "");
        if (Child(node, "stages") is not YamlSequenceNode stages)
            throw new InputException("stages has to be a list, one '- {channels: 24, ...}' a stage");
        var defaults = new MobileSpace { Stages = [] };
        return new MobileSpace
        {
            Block = Child(node, "block") is { } block ? Kind(Text(block, "block")) : defaults.Block,
            Stem = Value(node, "stem", "", Whole, defaults.Stem),
            Head = Value(node, "head", "", Whole, defaults.Head),
            Stride = Value(node, "stride", "", Whole, defaults.Stride),
            Width = Value(node, "width", "", Real, defaults.Width),
            Dropout = Value(node, "dropout", "", Real, defaults.Dropout),
            Stages = [.. stages.Select((stage, i) => Stage(stage, $"stage {i + 1}: "))],
        };
    }

    private static MobileStage Stage(YamlNode node, string place)
    {
        if (node is not YamlMappingNode stage)
            throw new InputException($"{place}has to be a mapping such as {{channels: 24, blocks: 2}}");
        CheckKeys(stage, StageKeys, place);
        if (Child(stage, "channels") is null)
            throw new InputException($"{place}channels is missing");
        var defaults = new MobileStage(1);
        return new MobileStage(Value(stage, "channels", place, Whole, 0))
        {
            Blocks = Value(stage, "blocks", place, Whole, defaults.Blocks),
            Stride = Value(stage, "stride", place, Whole, defaults.Stride),
            Kernel = List(stage, "kernel", place, Whole, defaults.Kernel),
            Expansion = List(stage, "expansion", place, Whole, defaults.Expansion),
            Filters = List(stage, "filters", place, Real, defaults.Filters),
            Skip = Value(stage, "skip", place, Flag, defaults.Skip),
        };
    }

    private static T Value<T>(YamlMappingNode node, string key, string place, Func<string, T?> read, T otherwise)
        where T : struct => Child(node, key) is { } child ? Item(child, place + key, read) : otherwise;

    private static IReadOnlyList<T> List<T>(YamlMappingNode node, string key, string place, Func<string, T?> read, IReadOnlyList<T> otherwise)
        where T : struct => Child(node, key) switch
        {
            null => otherwise,
            YamlSequenceNode list => [.. list.Select(item => Item(item, place + key, read))],
            var single => [Item(single, place + key, read)],
        };

    private static T Item<T>(YamlNode node, string name, Func<string, T?> read)
        where T : struct => read(Text(node, name))
            ?? throw new InputException($"{name}: '{Text(node, name)}' is no {(typeof(T) == typeof(bool) ? "true or false" : typeof(T) == typeof(int) ? "whole number" : "number")}");

    private static MobileBlockKind Kind(string name) => Enum.TryParse<MobileBlockKind>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
        ? kind
        : throw new InputException($"block '{name}' is unknown; known: mobilenet, efficientnet");

    private static string Text(YamlNode node, string name) => node is YamlScalarNode { Value: { } text }
        ? text
        : throw new InputException($"{name} has to be a value, not a list or mapping");

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var child) ? child : null;

    private static void CheckKeys(YamlMappingNode node, string[] known, string place)
    {
        foreach (var key in node.Children.Keys.Select(k => k.ToString()))
            if (!known.Contains(key))
                throw new InputException($"{place}unknown key '{key}'{NameSuggestion.Hint(key, known)}; known: {string.Join(", ", known)}");
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? Real(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool? Flag(string text) => bool.TryParse(text, out var value) ? value : null;
}
