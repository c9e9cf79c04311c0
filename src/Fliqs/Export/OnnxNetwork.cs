using Fliqs.Storage;
using Google.Protobuf;

namespace Fliqs.Export;

/// <summary>A network in the ONNX format.</summary>
public sealed class OnnxNetwork
{
    private readonly ModelProto model;

    internal OnnxNetwork(ModelProto model, IReadOnlyList<LayerProbe> probes) => (this.model, Probes) = (model, probes);

    /// <summary>The version of the operator set.</summary>
    public int Opset => (int)model.OpsetImport[0].Version;

    /// <summary>Where the rounded inputs of the quantized layers are.</summary>
    public IReadOnlyList<LayerProbe> Probes { get; }

    /// <summary>The content of the file.</summary>
    public byte[] ToBytes() => model.ToByteArray();

    /// <summary>The same network with the rounded inputs of its layers as further outputs.</summary>
    public byte[] ToProbedBytes()
    {
        var probed = model.Clone();
        foreach (var value in Probes.Select(p => p.Value).Distinct().Except(probed.Graph.Input.Select(i => i.Name)))
            probed.Graph.Output.Add(new ValueInfoProto { Name = value });
        return probed.ToByteArray();
    }

    /// <summary>Writes the file in one piece.</summary>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public void Save(string path) => AtomicFile.Write(path, stream => model.WriteTo(stream));
}
