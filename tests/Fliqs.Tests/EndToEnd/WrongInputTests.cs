namespace Fliqs.Tests.EndToEnd;

public sealed class WrongInputTests
{
    [Theory]
    [InlineData("serch", "unknown verb 'serch', see 'fliqs --help'; did you mean 'search'?")]
    [InlineData("search --epoch 3", "unknown option '--epoch', see 'fliqs search --help'; did you mean '--epochs'?")]
    [InlineData("train --target 1xINT4", "unknown option '--target', see 'fliqs train --help'; did you mean ")]
    [InlineData("search surplus", "'surplus' is not expected, see 'fliqs search --help'")]
    [InlineData("search --model", "Required argument missing for option: '--model', see 'fliqs search --help'")]
    [InlineData("eval", "Required argument missing for command: 'eval', see 'fliqs eval --help'")]
    [InlineData("search --model ''", "--model: the value is empty")]
    [InlineData("search --out ''", "--out: the value is empty")]
    [InlineData("search --resume ''", "--resume: the value is empty")]
    [InlineData("search --model resnt8", "unknown model 'resnt8'; did you mean 'resnet8'?")]
    [InlineData("search --space intt", "unknown format or space 'intt'; did you mean 'int'?")]
    [InlineData("search --method fliq", "unknown method 'fliq'; did you mean 'fliqs'?; known: fliqs, fliqs-plain")]
    [InlineData("search --method manual --prior none", "'prior' is not an option of the method manual")]
    [InlineData("search --cost bop", "unknown cost 'bop'; did you mean 'bops'?")]
    [InlineData("search --cost Latency", "unknown cost 'Latency'; did you mean 'latency'?; known: bops, size, bits, latency")]
    [InlineData("search --prior none --final 0.7", "warm-up 0.3 and final share 0.7 leave no step to search in, and there is no prior to choose by")]
    [InlineData("search --method differentiable --final 0.8", "leave no step to search in")]
    [InlineData("search --re-solve run --uniform", "re-solve run: trains nothing; leave out uniform and from-scratch")]
    [InlineData("cost --model resnet20 --data-dir .", "data-dir .: digits is part of the program; leave it out")]
    [InlineData("search --data-dir .", "data-dir .: digits is part of the program; leave it out")]
    [InlineData("train --format UINT4", "format names UINT4: weights need a sign; name INT4")]
    [InlineData("train --warmup-format UINT8", "warmup-format names UINT8: weights need a sign; name INT8")]
    [InlineData("compare --out runs --methods fliqs,fliqs:cost=size", "methods: fliqs:cost=size: 'cost' is the same for all methods of a comparison")]
    [InlineData("compare --out runs --methods fliqs,uniform:seed=7", "methods: uniform:seed=7: 'seed' is the same for all methods of a comparison")]
    [InlineData("pareto --out runs --methods bf16", "methods: bf16 has no budget, and a front is of methods at budgets; name others too")]
    [InlineData("search --data digit", "unknown data set 'digit'; did you mean 'digits'?")]
    [InlineData("search --device gpu", "unknown device 'gpu'; known: cpu, cuda, cuda:N, mps")]
    [InlineData("search --device cpu:7", "unknown device 'cpu:7'; known: cpu, cuda, cuda:N, mps")]
    [InlineData("search --epochs 2147483647", "epochs 2147483647: of 20 steps each are more than 2147483647 steps; choose fewer")]
    [InlineData("train --assignment .", ".: is a folder, not a file with the formats of layers")]
    [InlineData("train --accumulate 0", "--accumulate: 0 is out of range, it has to be at least 1")]
    [InlineData("train --ema 1", "--ema: 1 is out of range, it has to be less than 1")]
    [InlineData("train --batch 64 --accumulate 50", "batch size 3200: there are only 1299 images of digits to train on")]
    [InlineData("train --decay-epochs 2", "decay-epochs and decay-factor belong to the schedules step and exponential")]
    [InlineData("search --distill-weight 0.5", "need a teacher")]
    [InlineData("search --teacher gone", "teacher gone: no such run folder or file of weights")]
    [InlineData("search --augment blur", "augmentation 'blur': 'blur' is not understood; write none, flip")]
    [InlineData("search --target 0.1xINT2", "is below the cheapest assignment of the space, ")]
    [InlineData("search --target 9xINT8", "is above the dearest assignment of the space, ")]
    [InlineData("search --target 5", "target '5' is not a positive amount such as 33.5GBOPs")]
    [InlineData("search --epochs 0", "--epochs: 0 is out of range, it has to be at least 1")]
    [InlineData("search --batch -1", "--batch: -1 is out of range, it has to be at least 1")]
    [InlineData("search --width 0", "--width: 0 is out of range, it has to be greater than 0")]
    [InlineData("search --learning-rate nan", "--learning-rate: 'nan' is not a finite number")]
    [InlineData("search --batch 5000", "there are only 1299 images of digits to train on; choose a smaller batch")]
    [InlineData("train --format INT44", "unknown format 'INT44', see 'fliqs formats'; did you mean 'INT4'?")]
    [InlineData("train --format INT4 --assignment a.json", "--format and --assignment exclude each other")]
    [InlineData("train --assignment a.json", "a.json: cannot be read")]
    [InlineData("search --data mnist", "mnist: has no usual place to be looked for; give --data-dir FOLDER")]
    [InlineData("search --data mnist --data-dir gone", "mnist: looked for in gone, which is no folder")]
    [InlineData("train --data imagefolder", "imagefolder: has no usual place to be looked for; give --data-dir FOLDER with train/CLASS/ and val/CLASS/")]
    [InlineData("train --data imagefolder --data-dir .", "imagefolder: there is no folder ./train; give with --data-dir")]
    [InlineData("train --data imagenet --data-dir .", "imagenet: there is no folder ./train; give with --data-dir")]
    [InlineData("train --data cifar10 --data-dir .", "cifar10: . lacks data_batch_1.bin, ")]
    [InlineData("train --eval-crop 0.9", "eval-crop 0.9: the images of digits have one size and are seen whole; leave it out")]
    [InlineData("train --workers 0", "--workers: 0 is out of range, it has to be at least 1")]
    [InlineData("train --augment mixup:0", "augmentation 'mixup:0': 'mixup:0' is not understood; write none, flip")]
    [InlineData("search --resume", "--resume: there is no interrupted run in runs/; name its folder")]
    [InlineData("profile --model resnet8 --out gone/table", "--out gone/table: there is no folder ")]
    [InlineData("search --resume gone", "gone: no such run folder")]
    [InlineData("search --resume one --out two", "--resume one and --out two are two folders")]
    [InlineData("search --config gone.yaml", "gone.yaml: no such configuration file")]
    [InlineData("eval gone", "gone: no such run folder")]
    [InlineData("eval .", ".: is not a run folder, it has no config.yaml")]
    [InlineData("report gone", "gone: no such run folder")]
    [InlineData("report .", ".: is not a run folder")]
    [InlineData("cost --override fc", "--override fc: write it as LAYER=FORMAT")]
    [InlineData("cost --override fcc=INT8", "the model has no layer 'fcc'; did you mean 'fc'?")]
    [InlineData("cost --override fc=INT4/INT88", "unknown format 'INT88'")]
    [InlineData("cost --model resnet20 --stem small", "the small stem belongs to convolutional networks for ImageNet, not to resnet20")]
    [InlineData("cost --model inception_v3 --input 64", "inception_v3 needs images of at least 75 pixels, these have 64")]
    [InlineData("search --weights gone.safetensors", "gone.safetensors: there is no such file")]
    [InlineData("formats E4M33", "unknown format 'E4M33', see 'fliqs formats'; did you mean 'E4M3'?")]
    [InlineData("formats --bits", "--bits goes with --round")]
    public async Task One_line_says_what_is_wrong_and_nothing_is_left(string line, string message)
    {
        using var cli = new Cli();
        var run = (await cli.Run(line)).Ended(2);

        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("fliqs: ", run.Error);
        Assert.Empty(run.Out);
        Assert.Empty(cli.FileNames);
    }

    [Theory]
    [InlineData("search --config wrong", "epoch: 3", "wrong: unknown key 'epoch'; did you mean 'epochs'?")]
    [InlineData("search --config wrong", "epochs: [", "wrong: line ")]
    [InlineData("search --config wrong", "epochs:", "wrong: epochs: '' is not a whole number")]
    [InlineData("search --config wrong", "- epochs", "wrong: has to be a mapping of keys to values")]
    [InlineData("train --assignment wrong", "{", "wrong: is not JSON")]
    [InlineData("train --assignment wrong", """{"conv1": 4}""", "wrong: layer 'conv1' names no known format for 'weight'")]
    [InlineData("search --out wrong", "", "wrong: is a file; give another folder with --out")]
    [InlineData("search --out wrong/below", "", "cannot be written: ")]
    [InlineData("search --resume wrong", "", "wrong: no such run folder")]
    public async Task A_wrong_file_is_named_and_left_as_it_is(string line, string content, string message)
    {
        using var cli = new Cli();
        await File.WriteAllTextAsync(cli["wrong"], content);
        var run = (await cli.Run(line)).Ended(2);

        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["wrong"], cli.FileNames);
        Assert.Equal(content, await File.ReadAllTextAsync(cli["wrong"]));
    }

    [Fact]
    public async Task Damaged_data_is_refused_before_anything_is_written()
    {
        using var cli = new Cli();
        Directory.CreateDirectory(cli["data"]);
        Assert.Contains("lacks train-images-idx3-ubyte", (await cli.Run("search --data mnist --data-dir data")).Ended(2).ErrorLines.Single());

        foreach (var part in new[] { "train", "t10k" })
        {
            await File.WriteAllBytesAsync(cli[$"data/{part}-images-idx3-ubyte"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, 1]);
            await File.WriteAllBytesAsync(cli[$"data/{part}-labels-idx1-ubyte"], [0, 0, 8, 1, 0, 0, 0, 2, 3, 4]);
        }

        Assert.Contains("truncated", (await cli.Run("search --data mnist --data-dir data")).Ended(2).ErrorLines.Single());
        await File.WriteAllBytesAsync(cli["data/train-labels-idx1-ubyte"], [0, 0, 8, 3, 0, 0, 0, 2, 3, 4]);
        Assert.Contains("begins with 0x00000803", (await cli.Run("search --data mnist --data-dir data")).Ended(2).ErrorLines.Single());
        Assert.Equal(["data"], cli.FileNames);
    }

    [Fact]
    public async Task A_folder_with_files_in_it_is_not_written_into()
    {
        using var cli = new Cli();
        Directory.CreateDirectory(cli["full"]);
        await File.WriteAllTextAsync(cli["full/mine.txt"], "mine");

        Assert.Contains("full: is not empty; give another folder with --out", (await cli.Run("search --out full")).Ended(2).ErrorLines.Single());
        Assert.Contains("full: is not a run folder", (await cli.Run("search --resume --out full")).Ended(2).ErrorLines.Single());
        Assert.Equal(["mine.txt"], Directory.GetFiles(cli["full"]).Select(Path.GetFileName));
    }
}
