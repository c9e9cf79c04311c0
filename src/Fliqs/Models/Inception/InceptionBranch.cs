namespace Fliqs.Models.Inception;

/// <summary>One of the paths through an inception block.</summary>
/// <param name="Name">What the names of its convolutions begin with.</param>
/// <param name="Pool">What comes first.</param>
/// <param name="Chain">Convolutions one after another; none for a bare maximum.</param>
/// <param name="Ends">Convolutions side by side on the end of the chain, whose outputs are joined; null for none.</param>
internal sealed record InceptionBranch(string Name, InceptionPool Pool, InceptionKernel[] Chain, InceptionKernel[]? Ends = null)
{
    /// <summary>A branch of convolutions alone.</summary>
    public InceptionBranch(string name, params InceptionKernel[] chain)
        : this(name, InceptionPool.None, chain)
    {
    }

    /// <summary>The name of a convolution in the chain: numbered from 1 where it has company.</summary>
    public string NameOf(int index) => Chain.Length == 1 && Ends is null ? Name : $"{Name}_{index + 1}";

    /// <summary>The name of an end: the number that follows the chain's, and a letter.</summary>
    public string NameOfEnd(int index) => $"{Name}_{Chain.Length + 1}{(char)('a' + index)}";
}
