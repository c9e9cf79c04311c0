using System.Runtime.InteropServices;
using Fliqs.Training;

namespace Fliqs.Tests.Training;

public sealed partial class OpenMpThreadsTests
{
    private const string Name = "GOMP_SPINCOUNT";

    [Fact]
    public void Threads_sleep_soon_unless_the_user_has_said_otherwise()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "GNU's OpenMP runtime is part of LibTorch for Linux only");
        var before = Value();
        try
        {
            _ = Unset(Name);
            OpenMpThreads.SleepSoon();
            Assert.Equal("3000", Value());
            _ = Set(Name, "17", 1);
            OpenMpThreads.SleepSoon();
            Assert.Equal("17", Value());
        }
        finally
        {
            _ = before is null ? Unset(Name) : Set(Name, before, 1);
        }
    }

    private static string? Value() => Marshal.PtrToStringUTF8(Get(Name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unset(string name);
}
