using System.Runtime.Intrinsics.X86;

namespace Fliqs.Quantization;

/// <summary>What the processor can do that the runtime does not tell.</summary>
public static class Processor
{
    /// <summary>Whether it multiplies bfloat16 natively: AVX512_BF16 or AMX-BF16.</summary>
    public static bool MultipliesBFloat16 { get; } = Detect();

    // Intel Software Developer's Manual, CPUID leaf 7: subleaf 1, EAX bit 5; subleaf 0, EDX bit 22.
    private static bool Detect() =>
        X86Base.IsSupported && Avx512F.IsSupported
        && (((X86Base.CpuId(7, 1).Eax >> 5) & 1) != 0 || ((X86Base.CpuId(7, 0).Edx >> 22) & 1) != 0);
}
