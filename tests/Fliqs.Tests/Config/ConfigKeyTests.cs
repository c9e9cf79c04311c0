using System.Globalization;
using System.Reflection;
using Fliqs.Config;

namespace Fliqs.Tests.Config;

public sealed class ConfigKeyTests
{
    public static TheoryData<string, string, string> OutOfRange
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var (key, limits, whole) in Numbers())
            {
                var step = whole ? 1 : 1e-9;
                Add(limits.Min - step, $"at least {limits.Min}");
                Add(limits.Max + step, $"at most {limits.Max}");
                Add(limits.Above, $"greater than {limits.Above}");
                Add(limits.Below, $"less than {limits.Below}");

                void Add(double value, string message)
                {
                    if (double.IsFinite(value))
                        cases.Add(key.Name, value.ToString("R", CultureInfo.InvariantCulture), message);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string, string> AtTheEdge
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (key, limits, _) in Numbers())
            {
                foreach (var value in new[] { limits.Min, limits.Max, limits.Above + 1e-9, limits.Below - 1e-9 }.Where(double.IsFinite))
                    cases.Add(key.Name, value.ToString("R", CultureInfo.InvariantCulture));
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_number_out_of_range_is_refused_with_key_value_and_limit(string key, string text, string limit)
    {
        var e = Assert.Throws<InputException>(() => ConfigFile.Read([], [(key, text)]));
        Assert.StartsWith($"--{key}: {text} is out of range", e.Message);
        Assert.EndsWith(limit, e.Message);
    }

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void A_number_at_the_edge_of_its_range_is_taken(string key, string text) =>
        Assert.Equal(text, Key(key).ValueIn(ConfigFile.Read([], [(key, text)])));

    [Fact]
    public void Every_value_of_every_enumeration_is_read_as_it_is_written()
    {
        var enumerations = typeof(RunConfig).GetProperties()
            .Select(p => (Type: Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType, Key: Key(KeyName(p.Name)))).Where(p => p.Type.IsEnum).ToList();
        Assert.True(enumerations.Count > 8);
        foreach (var (type, key) in enumerations)
        {
            foreach (var name in Enum.GetNames(type))
            {
                var text = string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
                Assert.Equal(text, key.ValueIn(ConfigFile.Read([], [(key.Name, text)])));
            }

            Assert.Throws<InputException>(() => ConfigFile.Read([], [(key.Name, "0")]));
        }
    }

    [Fact]
    public void Defaults_are_shown_as_they_would_be_written()
    {
        Assert.Equal("digits", Key("data").Default);
        Assert.Equal("0.1", Key("validation").Default);
        Assert.Equal("least-squares", Key("scale").Default);
        Assert.Null(Key("epochs").Default);
    }

    [Fact]
    public void Verbs_take_the_keys_that_they_use()
    {
        Assert.True(Key("model").BelongsTo(Verbs.Cost));
        Assert.False(Key("epochs").BelongsTo(Verbs.Cost));
        Assert.True(Key("epochs").BelongsTo(Verbs.Train));
        Assert.False(Key("target").BelongsTo(Verbs.Train));
        Assert.True(Key("uniform").IsSwitch);
        Assert.False(Key("seed").IsSwitch);
    }

    private static ConfigKey Key(string name) => ConfigFile.Keys.Single(k => k.Name == name);

    private static IEnumerable<(ConfigKey Key, ConfigKeyAttribute Limits, bool Whole)> Numbers() => typeof(RunConfig).GetProperties()
        .Select(p => (p, p.GetCustomAttribute<ConfigKeyAttribute>()!))
        .Select(p => (Key(KeyName(p.p.Name)), p.Item2, (Nullable.GetUnderlyingType(p.p.PropertyType) ?? p.p.PropertyType) == typeof(int)));

    private static string KeyName(string property) =>
        string.Concat(property.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
