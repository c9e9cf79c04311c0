using System.Globalization;

namespace Fliqs.Data;

/// <summary>How augmentations are written: names with numbers behind colons, joined by <c>+</c>.</summary>
internal static class AugmentationText
{
    private const int UsualShift = 2;
    private const double MostAlpha = 10;

    public static Augmentation Parse(string text)
    {
        var result = Augmentation.None;
        foreach (var name in text.Split('+', StringSplitOptions.TrimEntries))
        {
            if (name == "none" && name == text.Trim())
                return result;
            result = Add(result, name.Split(':')) ?? throw new InputException($"augmentation '{text}': '{name}' is not understood;"
                + " write none, flip, shift:PIXELS, crop:SHARE, jitter:STRENGTH:HUE, randaugment:COUNT:MAGNITUDE, mixup:ALPHA, cutmix:ALPHA,"
                + " each at most once, joined by +");
        }
        return result;
    }

    public static string Of(Augmentation augmentation)
    {
        var parts = new List<string>();
        if (augmentation.Crop > 0)
            parts.Add($"crop:{Text(augmentation.Crop)}");
        if (augmentation.Flip)
            parts.Add("flip");
        if (augmentation.Shift > 0)
            parts.Add($"shift:{augmentation.Shift}");
        if (augmentation.Jitter is { } jitter)
            parts.Add($"jitter:{Text(jitter.Strength)}" + (jitter.Hue > 0 ? $":{Text(jitter.Hue)}" : ""));
        if (augmentation.RandAugment is { } random)
            parts.Add($"randaugment:{random.Operations}:{Text(random.Magnitude)}");
        if (augmentation.Mixup > 0)
            parts.Add($"mixup:{Text(augmentation.Mixup)}");
        if (augmentation.CutMix > 0)
            parts.Add($"cutmix:{Text(augmentation.CutMix)}");
        return parts.Count == 0 ? "none" : string.Join('+', parts);
    }

    /// <summary>Null if the words are not understood, or name what is there already.</summary>
    private static Augmentation? Add(Augmentation to, string[] words) => words switch
    {
        ["flip"] when !to.Flip => to with { Flip = true },
        ["shift", .. var rest] when to.Shift == 0 && Whole(rest, 0, UsualShift) is { } pixels && rest.Length <= 1 =>
            to with { Shift = pixels },
        ["crop", .. var rest] when to.Crop == 0 && Number(rest, 0, Augmentation.UsualCrop, 1) is { } share && rest.Length <= 1 =>
            to with { Crop = share },
        ["jitter", .. var rest] when to.Jitter is null && Number(rest, 0, 0.4, 1) is { } strength && rest.Length <= 2 =>
            rest.Length < 2 ? to with { Jitter = new(strength) }
            : Number(rest, 1, 0, 0.5) is { } hue ? to with { Jitter = new(strength, hue) } : null,
        ["randaugment", .. var rest] when to.RandAugment is null && Whole(rest, 0, 2) is { } count && rest.Length <= 2 =>
            Number(rest, 1, 9, RandAugment.MostMagnitude) is { } magnitude ? to with { RandAugment = new(count, magnitude) } : null,
        ["mixup", .. var rest] when to.Mixup == 0 && Number(rest, 0, 0.2, MostAlpha) is { } alpha && rest.Length <= 1 =>
            to with { Mixup = alpha },
        ["cutmix", .. var rest] when to.CutMix == 0 && Number(rest, 0, 1, MostAlpha) is { } alpha && rest.Length <= 1 =>
            to with { CutMix = alpha },
        _ => null,
    };

    /// <summary>A positive number up to a limit; the usual one where none is given.</summary>
    private static double? Number(string[] words, int index, double usual, double most) => index >= words.Length ? usual
        : double.TryParse(words[index], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value > 0 && value <= most ? value : null;

    private static int? Whole(string[] words, int index, int usual) => index >= words.Length ? usual
        : int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
