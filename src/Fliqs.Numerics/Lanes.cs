using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fliqs.Numerics;

/// <summary>
/// A vector of float32 lanes whose width is the type argument: <see cref="Vector512{T}"/>, <see cref="Vector256{T}"/> or
/// <see cref="Vector128{T}"/> of float. A kernel is written once in terms of it; the width tests are constants to the JIT.
/// </summary>
/// <remarks>Every operation gives the same bits at every width, and the same as float32 scalars.</remarks>
internal readonly struct Lanes<TVector>
    where TVector : struct
{
    private readonly TVector value;

    private Lanes(TVector value) => this.value = value;

    public static int Count => Unsafe.SizeOf<TVector>() / sizeof(float);

    private static bool Is512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TVector) == typeof(Vector512<float>);
    }

    private static bool Is256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TVector) == typeof(Vector256<float>);
    }

    private Vector512<float> V512 => Unsafe.BitCast<TVector, Vector512<float>>(value);

    private Vector256<float> V256 => Unsafe.BitCast<TVector, Vector256<float>>(value);

    private Vector128<float> V128 => Unsafe.BitCast<TVector, Vector128<float>>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Load(ref readonly float start, int index) =>
        new(Unsafe.ReadUnaligned<TVector>(ref Bytes(in start, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float start, int index) => Unsafe.WriteUnaligned(ref Bytes(in start, index), value);

    /// <summary>Reads bfloat16 bit patterns, the upper halves of float32s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> LoadBFloat16(ref readonly ushort start, int index)
    {
        ref var from = ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in start), index));
        if (Is512)
            return From((Widen(Unsafe.ReadUnaligned<Vector256<ushort>>(ref from)) << 16).AsSingle());
        if (Is256)
        {
            var (low, high) = Vector128.Widen(Unsafe.ReadUnaligned<Vector128<ushort>>(ref from));
            return From((Vector256.Create(low, high) << 16).AsSingle());
        }

        var (lower, upper) = Vector64.Widen(Unsafe.ReadUnaligned<Vector64<ushort>>(ref from));
        return From((Vector128.Create(lower, upper) << 16).AsSingle());
    }

    /// <summary>Writes the upper halves: the bfloat16s, where these float32s are exact in that format.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBFloat16(ref ushort start, int index)
    {
        ref var to = ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref start, index));
        if (Is512)
        {
            var halves = V512.AsUInt32() >>> 16;
            Unsafe.WriteUnaligned(ref to, Vector256.Narrow(halves.GetLower(), halves.GetUpper()));
        }
        else if (Is256)
        {
            var halves = V256.AsUInt32() >>> 16;
            Unsafe.WriteUnaligned(ref to, Vector128.Narrow(halves.GetLower(), halves.GetUpper()));
        }
        else
        {
            var halves = V128.AsUInt32() >>> 16;
            Unsafe.WriteUnaligned(ref to, Vector64.Narrow(halves.GetLower(), halves.GetUpper()));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Create(float x) =>
        Is512 ? From(Vector512.Create(x)) : Is256 ? From(Vector256.Create(x)) : From(Vector128.Create(x));

    /// <summary>Lanes that all hold the float32 with these bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> FromBits(uint bits) => Create(BitConverter.UInt32BitsToSingle(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator +(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(a.V512 + b.V512) : Is256 ? From(a.V256 + b.V256) : From(a.V128 + b.V128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator -(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(a.V512 - b.V512) : Is256 ? From(a.V256 - b.V256) : From(a.V128 - b.V128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator *(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(a.V512 * b.V512) : Is256 ? From(a.V256 * b.V256) : From(a.V128 * b.V128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator &(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(a.V512 & b.V512) : Is256 ? From(a.V256 & b.V256) : From(a.V128 & b.V128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator |(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(a.V512 | b.V512) : Is256 ? From(a.V256 | b.V256) : From(a.V128 | b.V128);

    /// <summary>All bits set where a is at most b, none elsewhere, nor where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator <=(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(Vector512.LessThanOrEqual(a.V512, b.V512))
        : Is256 ? From(Vector256.LessThanOrEqual(a.V256, b.V256))
        : From(Vector128.LessThanOrEqual(a.V128, b.V128));

    /// <inheritdoc cref="operator &lt;="/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> operator >=(Lanes<TVector> a, Lanes<TVector> b) => b <= a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Select(Lanes<TVector> mask, Lanes<TVector> yes, Lanes<TVector> no) =>
        Is512 ? From(Vector512.ConditionalSelect(mask.V512, yes.V512, no.V512))
        : Is256 ? From(Vector256.ConditionalSelect(mask.V256, yes.V256, no.V256))
        : From(Vector128.ConditionalSelect(mask.V128, yes.V128, no.V128));

    /// <summary>The smaller; the machine's choice where either is NaN, so callers select NaN back in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Min(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(Vector512.MinNative(a.V512, b.V512))
        : Is256 ? From(Vector256.MinNative(a.V256, b.V256))
        : From(Vector128.MinNative(a.V128, b.V128));

    /// <summary>The larger, +0 of a -0 and a +0 in b; the machine's choice where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Max(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(Vector512.MaxNative(a.V512, b.V512))
        : Is256 ? From(Vector256.MaxNative(a.V256, b.V256))
        : From(Vector128.MaxNative(a.V128, b.V128));

    /// <summary>The larger bit pattern as signed integers: for non-negative floats the larger, NaN above all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> MaxBits(Lanes<TVector> a, Lanes<TVector> b) =>
        Is512 ? From(Vector512.Max(a.V512.AsInt32(), b.V512.AsInt32()).AsSingle())
        : Is256 ? From(Vector256.Max(a.V256.AsInt32(), b.V256.AsInt32()).AsSingle())
        : From(Vector128.Max(a.V128.AsInt32(), b.V128.AsInt32()).AsSingle());

    /// <summary>The largest of all lanes' bit patterns as signed integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LargestBits()
    {
        if (Is512)
            return LargestOf(Vector256.Max(V512.GetLower().AsInt32(), V512.GetUpper().AsInt32()));
        return Is256 ? LargestOf(V256.AsInt32()) : LargestOf(V128.AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Abs() => this & FromBits(0x7fffffff);

    /// <summary>Round to the nearest integer, ties to even; the sign of zero, infinities and NaN stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> RoundToInteger() =>
        Is512 ? From(Vector512.Round(V512)) : Is256 ? From(Vector256.Round(V256)) : From(Vector128.Round(V128));

    /// <summary>Adds the bit patterns as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> AddBits(Lanes<TVector> b) =>
        Is512 ? From((V512.AsInt32() + b.V512.AsInt32()).AsSingle())
        : Is256 ? From((V256.AsInt32() + b.V256.AsInt32()).AsSingle())
        : From((V128.AsInt32() + b.V128.AsInt32()).AsSingle());

    /// <summary>Moves the bit patterns right, filling with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> ShiftBitsRight(int count) =>
        Is512 ? From((V512.AsInt32() >>> count).AsSingle())
        : Is256 ? From((V256.AsInt32() >>> count).AsSingle())
        : From((V128.AsInt32() >>> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LargestOf(Vector256<int> v) => LargestOf(Vector128.Max(v.GetLower(), v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LargestOf(Vector128<int> v)
    {
        v = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Bytes(ref readonly float start, int index) =>
        ref Unsafe.As<float, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in start), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Widen(Vector256<ushort> v)
    {
        var (low, high) = Vector256.Widen(v);
        return Vector512.Create(low, high);
    }

    private static Lanes<TVector> From(Vector512<float> v) => new(Unsafe.BitCast<Vector512<float>, TVector>(v));

    private static Lanes<TVector> From(Vector256<float> v) => new(Unsafe.BitCast<Vector256<float>, TVector>(v));

    private static Lanes<TVector> From(Vector128<float> v) => new(Unsafe.BitCast<Vector128<float>, TVector>(v));
}
