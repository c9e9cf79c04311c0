using CsCheck;
using Fliqs.Space;

namespace Fliqs.Tests.Space;

public sealed class AssignmentTests
{
    [Fact]
    public void Is_equal_exactly_when_all_options_are() =>
        Gen.Select(Gen.Int[0, 2].Array[0, 3], Gen.Int[0, 2].Array[0, 3]).Sample((a, b) =>
        {
            var (first, second) = (new Assignment(a), new Assignment(b));
            Assert.Equal(a.SequenceEqual(b), first.Equals(second));
            Assert.Equal(a.SequenceEqual(b), first.Equals((object)second));
            if (a.SequenceEqual(b))
                Assert.Equal(first.GetHashCode(), second.GetHashCode());
        });

    [Fact]
    public void Is_never_equal_to_null_or_to_something_else()
    {
        Assert.False(new Assignment(1).Equals(null));
        Assert.False(new Assignment(1).Equals((object)"1"));
    }

    [Fact]
    public void With_changes_one_decision_of_a_copy() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 6], Gen.Int[0, 5], Gen.Int[0, 9]).Sample((options, decision, option) =>
        {
            decision %= options.Length;
            var original = new Assignment(options);

            var changed = original.With(decision, option);

            Assert.Equal(options, original.AsSpan().ToArray());
            Assert.Equal(option, changed[decision]);
            for (var d = 0; d < options.Length; d++)
                Assert.True(d == decision || changed[d] == options[d]);
        });

    [Fact]
    public void Does_not_see_later_changes_of_the_array_it_was_made_from()
    {
        int[] options = [1, 2];
        var assignment = new Assignment(options);

        options[0] = 7;

        Assert.Equal(1, assignment[0]);
    }

    [Fact]
    public void Shows_its_options_separated_by_blanks()
    {
        Assert.Equal("3 0 12", new Assignment(3, 0, 12).ToString());
        Assert.Equal(3, new Assignment(3, 0, 12).Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Refuses_a_decision_that_it_does_not_have(int decision)
    {
        var assignment = new Assignment(0, 1);
        Assert.Throws<IndexOutOfRangeException>(() => assignment[decision]);
        Assert.Throws<ArgumentOutOfRangeException>(() => assignment.With(decision, 0));
    }
}
