using Fliqs.Tests;
using TorchSharp;

[assembly: AssemblyFixture(typeof(OneThread))]

namespace Fliqs.Tests;

/// <summary>
/// LibTorch on one thread, and test classes one after another (xunit.runner.json): the process has one generator of random
/// weights, and tests that draw from it side by side would not repeat.
/// </summary>
public sealed class OneThread
{
    public OneThread() => torch.set_num_threads(1);
}
