using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>Moves the weights of a network along their gradients.</summary>
internal sealed class WeightOptimizer : IDisposable
{
    private const double RmsPropEpsilon = 1e-3;
    private const double AdamEpsilon = 1e-8;

    private readonly OptimizerHelper? optimizer;
    private readonly StochasticDescent? sgd;
    private readonly Parameter[] parameters;
    private readonly double? clipNorm;

    /// <summary>An optimizer that has made no step. Weight decay is for the weights of layers alone; parameters that ask for no gradient stay as they are.</summary>
    public WeightOptimizer(nn.Module network, TrainingOptions options)
    {
        clipNorm = options.ClipNorm;
        var decayed = network.named_parameters().Where(p => p.parameter.requires_grad).ToLookup(p => p.parameter.dim() > 1 && p.name.Split('.')[^1] == "weight", p => p.parameter);
        var (matrices, vectors) = (decayed[true].ToArray(), decayed[false].ToArray());
        parameters = [.. matrices, .. vectors];
        foreach (var parameter in parameters)
            parameter.grad = zeros_like(parameter).DetachFromDisposeScope();    // a step that leaves out a part treats it as any later one does
        sgd = options.Optimizer == OptimizerKind.Sgd ? new StochasticDescent(parameters, matrices.Length, options.WeightDecay, options.Momentum) : null;
        optimizer = options.Optimizer switch
        {
            OptimizerKind.Sgd => null,
            OptimizerKind.RmsProp => optim.RMSProp([RmsProp(matrices, options.WeightDecay), RmsProp(vectors, 0)], options.LearningRate),
            OptimizerKind.AdamW => optim.AdamW([AdamW(matrices, options.WeightDecay), AdamW(vectors, 0)], options.LearningRate),
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };

        RMSProp.ParamGroup RmsProp(Parameter[] group, double decay) =>
            new(group, options.LearningRate, options.Epsilon ?? RmsPropEpsilon, options.RmsDecay, decay, options.Momentum);

        AdamW.ParamGroup AdamW(Parameter[] group, double decay) =>
            new(group, options.LearningRate, eps: options.Epsilon ?? AdamEpsilon, weight_decay: decay);
    }

    /// <summary>Forgets the gradients.</summary>
    public void Clear()
    {
        using var gradients = no_grad();
        foreach (var parameter in parameters)
            parameter.grad!.zero_();
    }

    /// <summary>Shortens the gradients if that is asked for, and makes a step along them.</summary>
    public void Step(double learningRate)
    {
        if (clipNorm is { } norm)
            nn.utils.clip_grad_norm_(parameters, norm);
        sgd?.Step(learningRate);
        if (optimizer is null)
            return;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = learningRate;
        optimizer.step();
    }

    /// <summary>The moments by name, sharing memory with the live ones.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() => sgd is not null
        ? sgd.Moments.Select((moment, i) => KeyValuePair.Create($"optimizer.{i}.momentum", moment))
        : from entry in optimizer!.state_dict().State.Index()
          from moment in Moments(entry.Item)
          where moment.Value is not null
          select KeyValuePair.Create($"optimizer.{entry.Index}.{moment.Name}", moment.Value);

    /// <summary>Takes up what <see cref="State"/> gave after a number of steps.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, int steps)
    {
        foreach (var (name, moment) in State())
            moment.copy_(state[name]);
        foreach (var live in optimizer?.state_dict().State ?? [])
        {
            if (live is AdamW.State adam)
                adam.step = steps;
            else if (live is RMSProp.State rms)
                rms.step = steps;
        }
    }

    public void Dispose()
    {
        optimizer?.Dispose();
        sgd?.Dispose();
    }

    private static IEnumerable<(string Name, Tensor? Value)> Moments(OptimizerState state) => state switch
    {
        RMSProp.State rms => [("square", rms.square_avg), ("momentum", rms.momentum_buffer)],
        AdamW.State adam => [("first", adam.exp_avg), ("second", adam.exp_avg_sq)],
        _ => throw new InvalidOperationException($"{state.GetType()}"),
    };
}
