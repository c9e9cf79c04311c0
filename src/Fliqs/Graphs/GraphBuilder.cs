using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Graphs;

/// <summary>Takes down what a network computes, module by module: see <see cref="GraphOperations"/> for its vocabulary.</summary>
public sealed class GraphBuilder
{
    private readonly Dictionary<nn.Module, string> paths = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> names = [];
    private readonly List<GraphNode> nodes = [];
    private string scope = "";

    private GraphBuilder(nn.Module network) => Register(network, "");

    /// <summary>The graph of a network.</summary>
    /// <param name="network">Maps images [N, C, H, W] to logits [N, classes].</param>
    /// <exception cref="InputException">A module is neither an <see cref="IGraphSource"/> nor a stock module that is known here.</exception>
    public static NetworkGraph Trace(nn.Module<Tensor, Tensor> network)
    {
        var builder = new GraphBuilder(network);
        var input = new GraphValue("images");
        builder.names.Add(input.Name);
        var output = builder.Apply(network, input);
        return new NetworkGraph(input, builder.nodes, output);
    }

    /// <summary>What a module makes of a value.</summary>
    /// <exception cref="InputException">The module cannot say what it computes.</exception>
    public GraphValue Apply(nn.Module module, GraphValue input)
    {
        var outer = scope;
        scope = paths.GetValueOrDefault(module, outer);
        var output = module switch
        {
            IGraphSource source => source.Trace(this, input),
            Sequential sequential => sequential.children().Aggregate(input, (x, child) => Apply(child, x)),
            _ => StockModules.Trace(this, module, input) ?? throw new InputException(
                $"module '{scope}' is a {module.GetType().Name}, of which it is not known what it computes; implement IGraphSource on it"),
        };
        scope = outer;
        return output;
    }

    /// <summary>Adds an operation and returns its output; parameters as those of <see cref="GraphNode"/>.</summary>
    public GraphValue Node(
        string operation, IReadOnlyList<GraphValue> inputs, nn.Module? module = null, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var byName = new Dictionary<string, object>();
        foreach (var (key, value) in attributes)
            byName[key] = value;
        var name = Unique(module is not null ? scope : Join(scope, operation.ToLowerInvariant()));
        var output = new GraphValue(Unique(name + ":out"));
        nodes.Add(new GraphNode(name, operation, inputs, output, byName, module));
        return output;
    }

    /// <summary>A tensor that is the same for every input.</summary>
    /// <param name="values">Float32, int64 or int8.</param>
    public GraphValue Constant(Tensor values) => new(Unique(Join(scope, "constant")), values);

    private void Register(nn.Module module, string path)
    {
        paths.TryAdd(module, path);
        foreach (var (name, child) in module.named_children())
            Register(child, Join(path, name));
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; !names.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
