using System.Globalization;
using System.Reflection;
using Fliqs.Numerics;

namespace Fliqs.Config;

/// <summary>A key of <see cref="RunConfig"/>: its name, what it takes, and how its text is read.</summary>
public sealed class ConfigKey
{
    private readonly PropertyInfo property;
    private readonly ConfigKeyAttribute attribute;
    private readonly Type type;

    internal ConfigKey(PropertyInfo property, ConfigKeyAttribute attribute)
    {
        (this.property, this.attribute) = (property, attribute);
        type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Name = Kebab(property.Name);
    }

    /// <summary>The name in kebab case, <c>learning-rate</c>.</summary>
    public string Name { get; }

    /// <summary>One line for the help.</summary>
    public string Description => attribute.Description;

    /// <summary>Whether the key is a switch.</summary>
    public bool IsSwitch => type == typeof(bool);

    /// <summary>The default as text; null where it depends on other keys.</summary>
    public string? Default => ValueIn(new RunConfig());

    /// <summary>Whether a verb of the command line takes this key.</summary>
    public bool BelongsTo(Verbs verbs) => (attribute.Verbs & verbs) != 0;

    /// <summary>Whether a method takes this key.</summary>
    public bool IsOf(string method) => attribute.Methods?.Split(' ').Contains(method) ?? true;

    /// <summary>The value in a configuration as text; null where it is not set.</summary>
    public string? ValueIn(RunConfig config) => property.GetValue(config) switch
    {
        null => null,
        bool b => b ? "true" : "false",
        Enum e => Kebab(e.ToString()),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };

    /// <summary>Sets the value from text.</summary>
    /// <param name="config">Changed in place.</param>
    /// <param name="text">What was given.</param>
    /// <param name="source">Where it was given, for the message: <c>--epochs</c>, or a file with the key.</param>
    /// <exception cref="InputException">The text cannot be read or the value is out of range.</exception>
    internal void Set(RunConfig config, string text, string source)
    {
        property.SetValue(config, Read(text, source));
        config.NamesData |= property.Name == nameof(RunConfig.Data);
    }

    /// <summary>Takes over the value of another configuration.</summary>
    internal void Copy(RunConfig from, RunConfig to) => property.SetValue(to, property.GetValue(from));

    /// <summary>Takes the value away, of a key that may be unset.</summary>
    internal void Clear(RunConfig config) => property.SetValue(config, null);

    private object Read(string text, string source)
    {
        if (type == typeof(string))
            return text.Length > 0 ? text : throw new InputException($"{source}: the value is empty");
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw new InputException($"{source}: '{text}' is neither true nor false");
        if (type.IsEnum)
            return ReadEnum(text, source);
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            return InRange(real, text, source);
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return (int)InRange(whole, text, source);
        if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
            return large;
        throw new InputException($"{source}: '{text}' is not a {(type == typeof(double) ? "finite number" : "whole number that fits")}");
    }

    private double InRange(double value, string text, string source)
    {
        var limit = value < attribute.Min ? $"at least {attribute.Min}"
            : value > attribute.Max ? $"at most {attribute.Max}"
            : value <= attribute.Above ? $"greater than {attribute.Above}"
            : value >= attribute.Below ? $"less than {attribute.Below}"
            : null;
        return limit is null ? value : throw new InputException($"{source}: {text} is out of range, it has to be {limit}");
    }

    private object ReadEnum(string text, string source)
    {
        var names = Enum.GetNames(type).ToDictionary(Kebab, n => n, StringComparer.OrdinalIgnoreCase);
        return names.TryGetValue(text, out var name)
            ? Enum.Parse(type, name)
            : throw new InputException($"{source}: unknown value '{text}'{NameSuggestion.Hint(text, names.Keys)}; known: {string.Join(", ", names.Keys)}");
    }

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
