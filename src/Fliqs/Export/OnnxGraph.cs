using System.Runtime.InteropServices;
using Google.Protobuf;
using DataType = Fliqs.Export.TensorProto.Types.DataType;

namespace Fliqs.Export;

/// <summary>An ONNX graph in the making: nodes and constant tensors, and the version of the operator set that they need.</summary>
internal sealed class OnnxGraph
{
    private const int LeastOpset = 13;    // the first with scales per channel in DequantizeLinear

    private static readonly Dictionary<string, int> OpsetOfOperator = new()
    {
        ["LayerNormalization"] = 17,
        ["BitwiseAnd"] = 18,
        ["ReduceMax"] = 18,
        ["Gelu"] = 20,
    };

    private static readonly Dictionary<DataType, int> OpsetOfType = new()
    {
        [DataType.Float8E4M3Fn] = 19,
        [DataType.Float8E5M2] = 19,
        [DataType.Int4] = 21,
        [DataType.Int2] = 25,
    };

    /// <summary>The version of the file format that came with a version of the operator set: the last one that is not newer.</summary>
    private static readonly (int Opset, long Ir)[] IrVersions = [(13, 7), (15, 8), (19, 9), (21, 10), (23, 11), (25, 13)];

    private readonly GraphProto proto = new() { Name = "fliqs" };
    private readonly HashSet<string> names = [];

    /// <summary>The least version of the operator set that has all that was added.</summary>
    public int Opset { get; private set; } = LeastOpset;

    /// <summary>Takes a name for the input of the network or an output of it, before anything else does; sizes that differ between calls have a name instead of a number.</summary>
    public void Declare(string name, bool output, params ReadOnlySpan<object> shape)
    {
        var declaration = new TensorShapeProto();
        foreach (var size in shape)
        {
            var dimension = new TensorShapeProto.Types.Dimension();
            if (size is string symbol)
                dimension.DimParam = symbol;
            else
                dimension.DimValue = (long)size;
            declaration.Dim.Add(dimension);
        }

        names.Add(name);
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float, Shape = declaration } };
        (output ? proto.Output : proto.Input).Add(new ValueInfoProto { Name = name, Type = type });
    }

    /// <summary>Adds a node and returns its output.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="output">What the output is to be called; a number is added where the name is taken.</param>
    /// <param name="inputs">Names of values.</param>
    /// <param name="attributes">Float, long or long[] by name.</param>
    public string Node(string operation, string output, IEnumerable<string> inputs, params IEnumerable<KeyValuePair<string, object>> attributes)
    {
        output = Unique(output);
        Add(operation, output, inputs, attributes);
        return output;
    }

    /// <summary>Gives an output that has been declared its value.</summary>
    public void Define(string output, string value) => Add("Identity", output, [value], []);

    private void Add(string operation, string output, IEnumerable<string> inputs, IEnumerable<KeyValuePair<string, object>> attributes)
    {
        Opset = Math.Max(Opset, OpsetOfOperator.GetValueOrDefault(operation));
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Key, a.Value)));
        proto.Node.Add(node);
    }

    /// <summary>Adds a conversion to another type.</summary>
    public string Cast(string value, DataType type, string output)
    {
        Opset = Math.Max(Opset, OpsetOfType.GetValueOrDefault(type));
        return Node("Cast", output, [value], new KeyValuePair<string, object>("to", (long)type));
    }

    /// <summary>Adds an exchange of dimensions.</summary>
    public string Transpose(string value, string output, params long[] order) =>
        Node("Transpose", output, [value], new KeyValuePair<string, object>("perm", order));

    /// <summary>Adds a constant tensor and returns its name.</summary>
    /// <param name="name">What it is to be called; a number is added where the name is taken.</param>
    /// <param name="type">Of its elements.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="values">Row by row, as they lie in the file.</param>
    public string Tensor<T>(string name, DataType type, long[] shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Opset = Math.Max(Opset, OpsetOfType.GetValueOrDefault(type));
        var tensor = new TensorProto { Name = Unique(name), DataType = type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        tensor.Dims.AddRange(shape);
        proto.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds float32 numbers.</summary>
    public string Floats(string name, long[] shape, params ReadOnlySpan<float> values) => Tensor(name, DataType.Float, shape, values);

    /// <summary>Adds int64 numbers.</summary>
    public string Longs(string name, long[] shape, params ReadOnlySpan<long> values) => Tensor(name, DataType.Int64, shape, values);

    /// <summary>The whole file.</summary>
    public ModelProto Model(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersions.Last(v => v.Opset <= Opset).Ir,
            ProducerName = "fliqs",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            Graph = proto,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.MetadataProps.AddRange(metadata.Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        return model;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number:
                (attribute.F, attribute.Type) = (number, AttributeProto.Types.AttributeType.Float);
                break;
            case long number:
                (attribute.I, attribute.Type) = (number, AttributeProto.Types.AttributeType.Int);
                break;
            case long[] numbers:
                attribute.Ints.AddRange(numbers);
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                break;
            default:
                throw new ArgumentException($"attribute '{name}' is a {value.GetType().Name}, not a float, long or long[]", nameof(value));
        }

        return attribute;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; !names.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
