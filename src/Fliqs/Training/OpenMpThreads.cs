using System.Runtime.InteropServices;

namespace Fliqs.Training;

/// <summary>
/// The threads of GNU's OpenMP runtime, which LibTorch computes on under Linux. After every operation they spin for a while before they
/// sleep; beside other work on the same processor they take from each other what they wait for.
/// </summary>
public static partial class OpenMpThreads
{
    /// <summary>
    /// Lets them sleep after a hundredth of the usual time. To be called before anything of LibTorch; a program's user can choose otherwise by the
    /// variable of the environment that this sets, <c>GOMP_SPINCOUNT</c>, or by <c>OMP_WAIT_POLICY</c>. Does nothing but on Linux.
    /// </summary>
    public static void SleepSoon()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetVariable("GOMP_SPINCOUNT", "3000", 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
