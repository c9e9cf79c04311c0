using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Fliqs.Storage;

namespace Fliqs.Tests.Storage;

/// <summary>Files that are damaged, cut off or made to harm.</summary>
public sealed class HostileSafetensorsTests : IDisposable
{
    private const string Sound = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    // header
    [InlineData("", 0, "JSON")]
    [InlineData("nonsense", 0, "JSON")]
    [InlineData("[]", 0, "JSON")]
    [InlineData(" {}", 0, "JSON")]
    [InlineData("""{"a":""", 0, "JSON")]
    [InlineData("{} x", 0, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[[[[[[1]]]]]]]]]],"data_offsets":[0,4]}}""", 4, "depth")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "uplicate")]
    [InlineData("""{"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "uplicate")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "JSON")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__")]
    [InlineData("""{"__metadata__":{"key":1}}""", 0, "'key'")]
    // entry
    [InlineData("""{"a":1}""", 0, "'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}""", 1, "'a'")]
    [InlineData("""{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}""", 1, "'a'")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "'F8_E4M3'")]
    // shape
    [InlineData("""{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", 4, "shape of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", 4, "'-4'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-2,-2],"data_offsets":[0,4]}}""", 4, "'-2'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "'1.5'")]
    [InlineData("""{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "shape of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}""", 1, "shape of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "larger than any memory")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""", 0, "larger than any memory")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "larger than any memory")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,1]}}""", 1, "larger than any memory")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4]}}""", 4, "takes 4000000000000")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}""", 3, "takes 4")]
    // offsets
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}""", 1, "'-1'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}""", 1, "data_offsets of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "gap of 1 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 3, "2 bytes follow")]
    [InlineData("{}", 5, "5 bytes follow")]
    // data
    [InlineData("""{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 2, "neither 0 nor 1")]
    public void One_line_names_the_file_and_the_problem(string header, int dataBytes, string problem)
    {
        var data = new byte[dataBytes];
        data.AsSpan().Fill(7);
        Refuses([.. Prefix((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. data], problem);
    }

    [Fact]
    public void The_sound_file_that_the_cases_start_from_is_read() => Assert.Null(Read(SoundFile()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_too_short_for_its_length_field_is_refused(int bytes) => Refuses(new byte[bytes], $"only {bytes} bytes");

    [Theory]
    [InlineData(113UL, "claims a header of 113 bytes")]
    [InlineData(100_000_001UL, "above the limit")]
    [InlineData(0x8000_0000_0000_0000UL, "above the limit")]
    [InlineData(ulong.MaxValue, "above the limit")]
    public void A_header_longer_than_the_file_or_the_limit_is_refused(ulong claimed, string problem) =>
        Refuses([.. Prefix(claimed), .. new byte[50]], problem);

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused() => Refuses([.. Prefix(4), (byte)'{', 0xFF, 0xFE, (byte)'}'], "UTF-8");

    [Fact]
    public void A_shape_of_too_many_dimensions_is_refused()
    {
        var header = $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,1]}}""";

        Refuses([.. Prefix((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), 0], "at most 64");
    }

    [Fact]
    public void Every_cut_of_a_sound_file_is_refused()
    {
        var sound = SoundFile();
        for (var length = 0; length < sound.Length; length++)
            Refuses(sound[..length], "");
    }

    [Fact]
    public void A_long_name_with_line_breaks_stays_one_line_and_short()
    {
        var header = $$"""{"a\n\u001b[31m{{new string('x', 10_000)}}":1}""";

        var message = Refuses([.. Prefix((ulong)header.Length), .. Encoding.UTF8.GetBytes(header)], "'a??[31mx");

        Assert.InRange(message.Length, 50, 400 + folder["a"].Length);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        Assert.Contains(folder["none"], Assert.Throws<InputException>(() => Safetensors.Read(folder["none"])).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(folder["sub"]);
        Assert.Contains(folder["sub"], Assert.Throws<InputException>(() => Safetensors.ReadInfo(folder["sub"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_is_refused_or_harmless_and_never_allocates_much()
    {
        var sound = SoundFile();
        var edit = Gen.Select(Gen.Int[0, sound.Length - 1], Gen.OneOf(Gen.Byte, Gen.Char["0123456789[]{}\",:-aeU"].Select(c => (byte)c)));
        Gen.Select(edit.Array[1, 4], Gen.Int[0, 20], Gen.Bool).Sample(
            (edits, tail, cut) =>
            {
                var bytes = (byte[])sound.Clone();
                foreach (var (at, value) in edits)
                    bytes[at] = value;
                var before = GC.GetAllocatedBytesForCurrentThread();
                var problem = Read(cut ? bytes[..^tail] : [.. bytes, .. new byte[tail]]);
                Assert.True(problem is null or InputException, problem?.ToString());
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            },
            iter: 1500, threads: 1);
    }

    private static byte[] Prefix(ulong headerBytes)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, headerBytes);
        return prefix;
    }

    private static byte[] SoundFile() => [.. Prefix((ulong)Sound.Length), .. Encoding.UTF8.GetBytes(Sound), .. new byte[12]];

    private Exception? Read(byte[] bytes)
    {
        File.WriteAllBytes(folder["a"], bytes);
        return Record.Exception(() => Safetensors.Read(folder["a"]).Dispose());
    }

    private string Refuses(byte[] bytes, string problem)
    {
        var message = Assert.IsType<InputException>(Read(bytes)).Message;
        Assert.StartsWith(folder["a"] + ": ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
