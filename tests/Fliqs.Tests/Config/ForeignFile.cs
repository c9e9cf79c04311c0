using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fliqs.Tests.Config;

/// <summary>safetensors files as another program writes and reads them: code of its own, that shares nothing with the library.</summary>
internal static class ForeignFile
{
    /// <summary>F32 and I64 tensors by the bytes of their elements.</summary>
    public static void Write(string path, IEnumerable<(string Name, string Type, long[] Shape, byte[] Data)> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var all = tensors.ToList();
        var end = 0L;
        foreach (var (name, type, shape, data) in all)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(end, end + data.Length),
            };
            end += data.Length;
        }

        using var writer = new BinaryWriter(File.Create(path));
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        writer.Write((ulong)json.Length);
        writer.Write(json);
        all.ForEach(t => writer.Write(t.Data));
    }

    /// <summary>The bytes of every tensor by name.</summary>
    public static Dictionary<string, byte[]> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        return header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__").ToDictionary(e => e.Name, e =>
        {
            var offsets = e.Value.GetProperty("data_offsets");
            return bytes[(start + offsets[0].GetInt32())..(start + offsets[1].GetInt32())];
        });
    }

    /// <summary>Numbers between -1 and 1 that differ from tensor to tensor.</summary>
    public static byte[] Numbers(int key, long count)
    {
        var random = new Random(key);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)((random.NextDouble() * 2) - 1);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
