using Fliqs.Numerics;
using DataType = Fliqs.Export.TensorProto.Types.DataType;

namespace Fliqs.Export;

/// <summary>
/// Rounds a value to a format with a scale that is known beforehand, by standard operators. Integers become codes of 8 bits by
/// QuantizeLinear; OFP8 has types of its own; other floats are computed.
/// </summary>
internal sealed class ActivationRounding(OnnxGraph graph)
{
    /// <summary>Adds the rounding of a value.</summary>
    /// <param name="x">The value.</param>
    /// <param name="format">The format to round to.</param>
    /// <param name="scale">The value of one unit of the format; not used by formats without scales.</param>
    /// <param name="name">What the names of all nodes begin with.</param>
    /// <param name="form">What is wanted of it.</param>
    public RoundedValue Add(string x, NumberFormat format, float scale, string name, OperandForm form) => format switch
    {
        { IsExact: true } => new(x, x, 1),
        IeeeFormat => Plain(graph.Cast(graph.Cast(x, TypeOf(format), name + ":rounded"), DataType.Float, name)),
        IntegerFormat => Integer(x, (int)format.MinValue, (int)format.MaxValue, scale, name, form),
        MiniFloatFormat { ExponentBits: 1 } f => Integer(    // a uniform grid of sign and magnitude
            x, (int)(f.MinValue / f.SmallestStep), (int)(f.MaxValue / f.SmallestStep), scale * f.SmallestStep, name, form),
        MiniFloatFormat => Float(AtScaleOne(Times(x, 1 / scale, name + ":scaled"), format, name), scale, name, form),
        _ => throw new InputException($"{name}: activations in {format} cannot be exported"),
    };

    /// <summary>Whether ONNX has a type for the format: E4M3 and E5M2.</summary>
    public static bool IsOfp8(NumberFormat format) => format.Name is "E4M3" or "E5M2";

    /// <summary>The type of ONNX that a format of 8 or 16 bits is.</summary>
    public static DataType TypeOf(NumberFormat format) => format.Name switch
    {
        "E4M3" => DataType.Float8E4M3Fn,
        "E5M2" => DataType.Float8E5M2,
        "BF16" => DataType.Bfloat16,
        "FP16" => DataType.Float16,
        _ => throw new ArgumentException($"ONNX has no type for {format}", nameof(format)),
    };

    /// <summary>Rounds a value to INTb or ExMy at scale 1, in float.</summary>
    public string AtScaleOne(string x, NumberFormat format, string name) => format switch
    {
        MiniFloatFormat f when IsOfp8(f) => Ofp8(x, f, name),
        MiniFloatFormat f => Computed(x, f, name),
        _ => Clip(graph.Node("Round", name + ":round", [x]), format.MinValue, format.MaxValue, name),
    };

    /// <summary>
    /// The power of two at or below a magnitude, within limits given by their exponents. The logarithm may be wrong by one next to a
    /// power of two, which comparisons mend, so that the result is exact.
    /// </summary>
    public string PowerOfTwo(string magnitude, int least, int greatest, string name)
    {
        var exponent = Clip(graph.Node("Floor", name + ":floor", [Log2(magnitude, name)]), least, greatest, name);
        var guess = graph.Node("Pow", name + ":pow", [Number(2, name), exponent]);
        var above = graph.Node("GreaterOrEqual", name + ":above", [magnitude, Times(guess, 2, name + ":twice")]);
        var below = graph.Node("Less", name + ":below", [magnitude, guess]);
        var factor = graph.Node("Where", name + ":factor", [
            below, Number(0.5f, name), graph.Node("Where", name + ":doubled", [above, Number(2, name), Number(1, name)])]);
        return Clip(graph.Node("Mul", name + ":mended", [guess, factor]), MathF.ScaleB(1, least), MathF.ScaleB(1, greatest), name);
    }

    private static RoundedValue Plain(string name) => new(name, name, 1);

    private RoundedValue Float(string codes, float scale, string name, OperandForm form) => form == OperandForm.Codes
        ? new(codes, codes, scale, scale)
        : Plain(Times(codes, scale, name));

    private string Number(float value, string name) => graph.Floats(name + ":number", [], value);

    private string Times(string x, float factor, string name) => graph.Node("Mul", name, [x, Number(factor, name)]);

    private string Clip(string x, float least, float greatest, string name) =>
        graph.Node("Clip", name + ":clip", [x, Number(least, name), Number(greatest, name)]);

    private string Log2(string x, string name) => Times(graph.Node("Log", name + ":log", [x]), (float)(1 / Math.Log(2)), name + ":log2");

    /// <summary>Codes clip where the format has fewer of them than the type; that stays in 8 bits, beside the arithmetic on them.</summary>
    private RoundedValue Integer(string x, int least, int greatest, float scale, string name, OperandForm form)
    {
        var type = least < 0 ? DataType.Int8 : DataType.Uint8;
        var (step, zero) = (graph.Floats(name + ":scale", [], scale), Constant(":zero", 0));
        var codes = graph.Node("QuantizeLinear", name + ":codes", [x, step, zero]);
        if (type == DataType.Int8 || greatest < byte.MaxValue)
            codes = graph.Node("Clip", name + ":clipped", [codes, Constant(":least", least), Constant(":greatest", greatest)]);
        return form switch
        {
            OperandForm.Integers => new(graph.Node("DequantizeLinear", name, [codes, step, zero]), codes, scale),
            OperandForm.Codes => new(graph.Cast(codes, DataType.Float, name), codes, scale, scale),
            _ => new(graph.Node("Mul", name, [graph.Cast(codes, DataType.Float, name + ":wide"), step]), codes, scale),
        };

        string Constant(string suffix, int value) => graph.Tensor(name + suffix, type, [], [(byte)value]);
    }

    /// <summary>
    /// (OFP8)x. It is not QuantizeLinear and DequantizeLinear, because the optimizer of ONNX Runtime 1.31 takes these for
    /// integers: it drops a ReLU before them and makes integer operators of those between them.
    /// </summary>
    private string Ofp8(string x, MiniFloatFormat format, string name) =>
        graph.Cast(graph.Cast(x, TypeOf(format), name + ":codes"), DataType.Float, name + ":wide");

    /// <summary>clip(round(x / step) * step), where the step belongs to the power of two at or below |x|.</summary>
    private string Computed(string x, MiniFloatFormat format, string name)
    {
        var power = PowerOfTwo(Op("Abs", x), 1 - format.Bias, (int)Math.Floor(Math.Log2(format.MaxValue)), name);
        var step = Op("Mul", power, Number(MathF.ScaleB(1, -format.MantissaBits), name));
        var steps = Op("Div", x, step);
        var rounded = Op("Round", steps);
        if (format.MantissaBits == 0)
            rounded = Op("Where", TieAtEven(steps), Op("Sign", x), rounded);
        return Clip(Op("Mul", rounded, step), format.MinValue, format.MaxValue, name);

        string Op(string operation, params string[] inputs) => graph.Node(operation, $"{name}:{operation.ToLowerInvariant()}", inputs);

        // Without a mantissa codes are exponents: 1.5 lies between the code of its power and the next, and goes to the even one.
        string TieAtEven(string value)
        {
            var code = Op("Add", Op("Round", Log2(power, name)), Number(format.Bias, name));
            var half = Op("Mul", code, Number(0.5f, name));
            return Op("And", Op("Equal", Op("Abs", value), Number(1.5f, name)), Op("Equal", half, Op("Floor", half)));
        }
    }
}
