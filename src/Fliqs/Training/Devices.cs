using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>Devices by name.</summary>
public static class Devices
{
    /// <summary>The device of a name such as <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="InputException">There is no such device here.</exception>
    public static Device Parse(string name)
    {
        var known = name is "cpu" or "cuda" or "mps" || (name.Split(':') is ["cuda", var number] && uint.TryParse(number, out _));
        if (!known)
            throw new InputException($"unknown device '{name}'; known: cpu, cuda, cuda:N, mps");
        if (name.StartsWith("cuda", StringComparison.Ordinal) && !cuda.is_available())
            throw new InputException($"device '{name}': this build of LibTorch finds no CUDA device; use cpu");
        if (name.Split(':') is [_, var index] && uint.Parse(index, CultureInfo.InvariantCulture) >= cuda.device_count())
            throw new InputException($"device '{name}': there are {cuda.device_count()} CUDA devices, counted from 0");
        if (name == "mps" && !mps_is_available())
            throw new InputException($"device '{name}': this build of LibTorch finds no Metal device; use cpu");
        return device(name);
    }
}
