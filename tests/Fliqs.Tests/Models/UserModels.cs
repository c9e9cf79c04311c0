using Fliqs.Graphs;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Fliqs.Tests.Models;

#pragma warning disable IDE1006 // names of the state dictionary

/// <summary>A small residual network as a user would write it with stock layers, in images [N, 2, 8, 8].</summary>
internal sealed class UserNetwork : Network
{
    private readonly Network stem = nn.Conv2d(2, 4, 3, padding: 1);
    private readonly BatchNorm2d norm = nn.BatchNorm2d(4);
    private readonly Sequential body = nn.Sequential(
        ("depthwise", nn.Conv2d(4, 4, 3, padding: 1, groups: 4)), ("relu", nn.ReLU()),
        ("inner", nn.Sequential(("point", nn.Conv2d(4, 6, 1)), ("relu", nn.ReLU()))), ("pool", nn.AvgPool2d(2)));

    private readonly Conv2d typed = nn.Conv2d(6, 6, 1);
    private readonly Network reflected = nn.Conv2d(6, 6, 3, padding: 1, padding_mode: PaddingModes.Reflect);
    private readonly Network head = nn.Linear(6, 3);

    public UserNetwork()
        : base(nameof(UserNetwork)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var x = body.forward(nn.functional.relu(norm.forward(stem.forward(input))));
        x = reflected.forward(typed.forward(x)) + x;
        return head.forward(x.mean([2, 3]));
    }
}

/// <summary>Layers in lists and dictionaries, on vectors [N, 4].</summary>
internal sealed class UserLists : Network
{
    private readonly ModuleList<Network> layers = nn.ModuleList<Network>(nn.Linear(4, 4), nn.Identity(), nn.Linear(4, 4));
    private readonly ModuleList<Linear> narrow = nn.ModuleList(nn.Linear(4, 4));
    private readonly ModuleDict<Network> named = nn.ModuleDict<Network>(("first", nn.Linear(4, 4)), ("last", nn.Linear(4, 2)));

    public UserLists()
        : base(nameof(UserLists)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        foreach (var layer in layers)
            input = layer.forward(input).tanh();
        foreach (var layer in narrow)
            input = layer.forward(input).tanh();
        return named["last"].forward(named["first"].forward(input));
    }
}

/// <summary>One layer in one place that is applied twice, on images [N, 4, 8, 8].</summary>
internal sealed class UserRepeated : Network, IGraphSource
{
    private readonly QuantizedConv2d conv = new(4, 4, 3, padding: 1);
    private readonly QuantizedLinear head = new(4, 3);

    public UserRepeated()
        : base(nameof(UserRepeated)) => RegisterComponents();

    public override Tensor forward(Tensor input) => head.forward(conv.forward(conv.forward(input)).mean([2, 3]));

    public GraphValue Trace(GraphBuilder graph, GraphValue input) =>
        graph.Apply(head, graph.ChannelMeans(graph.Apply(conv, graph.Apply(conv, input))));
}

/// <summary>One layer in two places, on vectors [N, 4].</summary>
internal sealed class UserShared : Network
{
    private readonly Network first;
    private readonly Sequential second;
    private readonly Network head = nn.Linear(4, 2);

    public UserShared()
        : base(nameof(UserShared))
    {
        first = nn.Linear(4, 4);
        second = nn.Sequential(("again", first), ("relu", nn.ReLU()));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => head.forward(second.forward(first.forward(input)));
}
