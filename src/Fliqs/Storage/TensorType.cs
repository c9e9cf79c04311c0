using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>The element types that files hold: name in the file, type in memory, and bytes of one element.</summary>
internal static class TensorType
{
    private static readonly (string Code, ScalarType Type, int Bytes)[] All =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2), ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1), ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names in the file, for messages.</summary>
    public static string Codes { get; } = string.Join(", ", All.Select(entry => entry.Code));

    /// <summary>The type that a file calls <paramref name="code"/>, or null if there is none here.</summary>
    public static ScalarType? Parse(string? code) =>
        Array.Find(All, entry => entry.Code == code) is { Code: not null } found ? found.Type : null;

    /// <summary>What a file calls the type.</summary>
    /// <exception cref="ArgumentException">Files do not hold this type, for instance complex numbers.</exception>
    public static string Code(ScalarType type) => Find(type).Code;

    /// <summary>The bytes of one element.</summary>
    /// <inheritdoc cref="Code" path="/exception"/>
    public static int ByteSize(ScalarType type) => Find(type).Bytes;

    private static (string Code, ScalarType Type, int Bytes) Find(ScalarType type) =>
        Array.Find(All, entry => entry.Type == type) is { Code: not null } found
            ? found
            : throw new ArgumentException($"Tensors of type {type} cannot be stored; convert to {Codes}.", nameof(type));
}
