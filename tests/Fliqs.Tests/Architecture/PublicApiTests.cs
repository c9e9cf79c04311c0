using System.Reflection;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using PublicApiGenerator;

namespace Fliqs.Tests.Architecture;

public sealed class PublicApiTests
{
    private const string Accept = "FLIQS_ACCEPT_API";

    [Theory]
    [InlineData(typeof(NumberFormat))]
    [InlineData(typeof(Experiment))]
    [InlineData(typeof(Verification))]
    public void The_public_API_is_the_one_on_file(Type any)
    {
        var file = $"PublicApi.{any.Assembly.GetName().Name}.txt";
        var path = Path.Combine(SourceTree.Root, "tests", "Fliqs.Tests", "Architecture", file);
        var api = Generate(any.Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(path, api);

        var known = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (api != known)
            Assert.Fail($"the public API is no longer that of {file}; if that is meant, run this test with {Accept}=1 and commit the file.\n{Difference(known, api)}");
    }

    private static string Generate(Assembly assembly) => assembly.GeneratePublicApi(new ApiGeneratorOptions
    {
        IncludeAssemblyAttributes = false,
        ExcludeAttributes = ["Fliqs.Config.ConfigKeyAttribute", "System.Diagnostics.DebuggerNonUserCodeAttribute"],
    }).ReplaceLineEndings("\n") + "\n";

    private static string Difference(string known, string api)
    {
        var (was, now) = (known.Split('\n'), api.Split('\n'));
        return string.Join('\n', was.Except(now).Select(l => "- " + l.Trim()).Concat(now.Except(was).Select(l => "+ " + l.Trim())).Take(40));
    }
}
