using Fliqs.Tests;
using TorchSharp;

[assembly: AssemblyFixture(typeof(OneThread))]

namespace Fliqs.Tests;

/// <summary>Test classes run side by side: threads of LibTorch within each of them would only be in the way.</summary>
public sealed class OneThread
{
    public OneThread() => torch.set_num_threads(1);
}
