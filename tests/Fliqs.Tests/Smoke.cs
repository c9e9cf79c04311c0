namespace Fliqs.Tests;
public sealed class Smoke { [Fact] public void Loads() => Assert.Equal(3, TorchSharp.torch.ones(3).sum().item<float>()); }
