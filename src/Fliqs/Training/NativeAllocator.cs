using System.Runtime.InteropServices;

namespace Fliqs.Training;

/// <summary>
/// Makes glibc keep large blocks for the next step instead of handing them back to the kernel, which would cost page faults in
/// every activation. A process-wide setting, so programs choose it at their start; it does nothing without glibc.
/// </summary>
public static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int MmapMax = -4;

    /// <summary>Keeps blocks of any size.</summary>
    public static void KeepLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MmapThreshold, int.MaxValue);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(MmapMax, 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc: there is nothing to tune.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
