using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class HiddenCachesTests
{
    /// <summary>Fails when LibTorch is updated: look the two addresses up anew, as their comment says.</summary>
    [Fact]
    public void The_addresses_are_those_of_the_library_that_is_loaded()
    {
        zeros(1).Dispose();
        if (OperatingSystem.IsLinux())
            Assert.True(HiddenCaches.KnowsLibrary);
    }
}
