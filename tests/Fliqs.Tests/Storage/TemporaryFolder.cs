namespace Fliqs.Tests.Storage;

/// <summary>An empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fliqs-test-");

    public string[] FileNames => [.. folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    public string this[string name] => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
