using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

/// <summary>The oracle of an elementwise kernel: its scalar body, element by element.</summary>
internal static class ScalarBody
{
    public static void Run<TStep>(TStep step, int length)
        where TStep : struct, IStep, allows ref struct
    {
        for (var i = 0; i < length; i++)
            step.Step(i);
    }
}
