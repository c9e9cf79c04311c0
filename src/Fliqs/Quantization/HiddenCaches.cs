using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// Keeps oneDNN right on virtual machines that hide the caches of an AMD processor (CPUID leaf 8000001D is all zeros). There oneDNN 3.7.1,
/// in LibTorch 2.10, notes three caches of 0 bytes, and its kernels that reorder weights whose channels do not fill a block then write
/// zeros over others or past the end: convolutions are wrong, or the process dies of a damaged heap. Told of no cache at all, it assumes
/// sizes and is right. NNPACK, the second choice for some small convolutions, is turned off there, since it refuses to work and complains on
/// standard error every time.
/// </summary>
internal static partial class HiddenCaches
{
    /// <summary>The build of libtorch_cpu.so that the addresses below belong to.</summary>
    private const string KnownBuild = "E59A73F8CA02C19463BD923DC568CE765B2A1106";

    // From `nm libtorch_cpu.so`: whether dnnl::impl::cpu::x64::cpu() was called, and in its object the number of cache levels.
    private const nint Called = 0x1585B170;
    private const nint CacheLevels = 0x1585B180 + 108;

    /// <summary>Whether the addresses are those of the library that is loaded; null where it is not loaded.</summary>
    internal static bool? KnowsLibrary => LibTorch() is { } library ? BuildOf(library.Start) == KnownBuild : null;

    /// <summary>Does so; nothing where caches are known. To be called before the first convolution.</summary>
    public static void Mend()
    {
        if (!OperatingSystem.IsLinux() || !AreHidden())
            return;
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        if (LibTorch() is not { } library)
            return;
        TurnNnpackOff(library.Path);
        if (BuildOf(library.Start) == KnownBuild)
        {
            var start = library.Start;
            if (Marshal.ReadByte(start + Called) == 0)
                nn.functional.conv2d(zeros(2, 16, 4, 4), zeros(16, 16, 3, 3)).Dispose();
            Marshal.WriteInt32(start + CacheLevels, 0);
        }
        else
        {
            _ = SetVariable("ONEDNN_MAX_CPU_ISA", "AVX", 0);    // slower, without the kernels that go wrong
        }
    }

    // AMD64 Architecture Programmer's Manual, volume 3: leaf 0 spells the vendor, leaf 8000001D describes the first data cache.
    private static bool AreHidden() => X86Base.IsSupported
        && X86Base.CpuId(0, 0).Ecx == 0x444D4163    // the end of "AuthenticAMD"
        && X86Base.CpuId(unchecked((int)0x8000001D), 0).Eax == 0;

    /// <summary>Where the library begins in memory, and its file; null if it is not there.</summary>
    private static (nint Start, string Path)? LibTorch()
    {
        var line = File.ReadLines("/proc/self/maps").FirstOrDefault(l => l.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal));
        return line is null
            ? null
            : (nint.Parse(line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                line[line.IndexOf('/', StringComparison.Ordinal)..]);
    }

    /// <summary>at::globalContext().setUserEnabledNNPACK(false), which TorchSharp has no call for.</summary>
    private static void TurnNnpackOff(string path)
    {
        var library = NativeLibrary.Load(path);
        if (!NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out var enable))
        {
            return;
        }

        Marshal.GetDelegateForFunctionPointer<EnableNnpack>(enable)(Marshal.GetDelegateForFunctionPointer<GlobalContext>(context)(), 0);
    }

    /// <summary>The build of an ELF file in memory, in hexadecimal digits (System V ABI, program headers and notes).</summary>
    private static string? BuildOf(nint start)
    {
        const int note = 4, buildId = 3;
        var header = start + (nint)Marshal.ReadInt64(start + 0x20);
        for (var count = Marshal.ReadInt16(start + 0x38); count > 0; count--, header += Marshal.ReadInt16(start + 0x36))
        {
            var address = start + (nint)Marshal.ReadInt64(header + 0x10);
            if (Marshal.ReadInt32(header) != note || Marshal.ReadInt32(address + 8) != buildId)
                continue;
            var bytes = new byte[Marshal.ReadInt32(address + 4)];
            Marshal.Copy(address + 16, bytes, 0, bytes.Length);
            return Convert.ToHexString(bytes);
        }

        return null;
    }

    private delegate nint GlobalContext();

    private delegate void EnableNnpack(nint context, byte enabled);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
