namespace Redress.Tensors.Tests;

public class TensorTests
{
    public static TheoryData<string, string> Errors => new()
    {
        { "add", "Shapes of a sum differ: 2x3 and 3x2." },
        { "subtract", "Shapes of a difference differ: 2x3 and 3x2." },
        { "multiply", "Shapes of a product differ: 2x3 and 3x2." },
        { "divide", "Shapes of a quotient differ: 2x3 and 3x2." },
        { "axpy", "Shapes of a scaled sum differ: 2x3 and 3x2." },
        { "matmul", "A matrix product of 2x3 and 2x3 does not exist: the inner sizes differ." },
        { "matmul transposed", "A matrix product of 2x3 transposed and 2x3 transposed does not exist: the inner sizes differ." },
        { "affine", "An affine layer with a weight of 3x2 takes a bias of 1x2, not 2x3." },
        { "add row", "To each row of 2x3 a tensor of 1x3 can be added, not 3x2." },
        { "multiply column", "The rows of 2x3 can be multiplied by a tensor of 2x1, not 3x2." },
        { "concat", "Columns can be joined only over equally many rows; the shapes are 2x3 and 3x2." },
        { "slice", "A tensor of 2x3 has no 2 columns from column 2." },
        { "repeat rows", "Only a tensor of one row can be repeated over rows; this one is 2x3." },
        { "repeat cols", "Only a tensor of one column can be repeated over columns; this one is 2x3." },
        { "broadcast", "Only a 1x1 tensor has one item; this one is 2x3." },
        { "mean", "A tensor of 0x3 has no mean." },
        { "from", "A tensor of 2x3 takes 6 values; 5 were given." },
        { "read", "A tensor of 2x3 has 6 values; the destination holds 5." },
        { "index", "There is no entry in row 2 and column 0 of a tensor of 2x3." },
        { "negative", "A tensor cannot be -1x3." },
        { "slope", "The slope of a leaky ReLU is 0 or more." },
        { "targets", "Shapes of logits and targets differ: 2x3 and 3x2." },
    };

    [Theory, MemberData(nameof(Errors))]
    public void Misuse_is_explained(string what, string message)
    {
        var (a, b) = (Tensor.Zeros(2, 3), Tensor.Zeros(3, 2));
        Action act = what switch
        {
            "add" => () => _ = a + b,
            "subtract" => () => _ = a - b,
            "multiply" => () => _ = a * b,
            "divide" => () => _ = a / b,
            "axpy" => () => Tensor.Axpy(a, b, 1f),
            "matmul" => () => Tensor.MatMul(a, a),
            "matmul transposed" => () => Tensor.MatMul(a, a, true, true),
            "affine" => () => Tensor.Affine(a, b, a),
            "add row" => () => a.AddRow(b),
            "multiply column" => () => a.MultiplyColumn(b),
            "concat" => () => Tensor.ConcatCols(a, b),
            "slice" => () => a.SliceCols(2, 2),
            "repeat rows" => () => a.RepeatRows(2),
            "repeat cols" => () => a.RepeatCols(2),
            "broadcast" => () => a.Broadcast(2, 2),
            "mean" => () => Tensor.Zeros(0, 3).Mean(),
            "from" => () => Tensor.From(2, 3, new float[5]),
            "read" => () => a.ReadTo(new float[5]),
            "index" => () => _ = a[2, 0],
            "negative" => () => Tensor.Zeros(-1, 3),
            "slope" => () => a.LeakyRelu(-0.5f),
            "targets" => () => Losses.SoftmaxCrossEntropy.WithLogits(a, b),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
        var thrown = Assert.ThrowsAny<Exception>(act);
        Assert.True(thrown is ArgumentException or InvalidOperationException);
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_shape_and_first_values_without_culture() => Assert.Equal("[2x3] 0.5, 1, 1.5, 2, …", Tensor.From(2, 3, [0.5f, 1f, 1.5f, 2f, 2.5f, 3f]).ToString());

    [Fact]
    public void Detach_and_keep_are_copies()
    {
        var x = Tensor.Full(2, 2, 1f).Track();
        var (detached, kept) = ((x * 1f).Detach(), x.Keep());
        x[0, 0] = 5f;
        Assert.Equal((1f, 1f), (detached[0, 0], kept[0, 0]));
        Assert.False(detached.Tracked || kept.Tracked);
        Assert.Equal(new Shape(2, 2), kept.Shape);
    }

    [Fact]
    public void Empty_tensors_pass_through()
    {
        var empty = Tensor.Zeros(0, 3);
        var y = Tensor.Affine(empty.Tanh(), Tensor.Zeros(3, 2), Tensor.Zeros(1, 2)).LogSoftmax();
        Assert.Equal(new Shape(0, 2), y.Shape);
        Assert.Equal(0f, y.Sum().Item);
    }

    [Fact]
    public void Exponential_and_losses_stay_finite_where_they_should()
    {
        var x = Tensor.From(1, 4, [-1000f, 0f, 88f, 1000f]);
        Assert.Equal([0f, 1f], [x.Exp()[0, 0], x.Exp()[0, 1]]);
        Assert.True(float.IsPositiveInfinity(x.Exp()[0, 3]));
        Assert.Equal(1000f, x.Softplus()[0, 3]);
        Assert.Equal(0f, x.Sigmoid()[0, 0], 1e-30f);
        var logits = Tensor.From(2, 1, [1000f, -1000f]).Track();
        var loss = Losses.BinaryCrossEntropy.RowsWithLogits(logits, Tensor.From(2, 1, [0f, 0f]));
        Assert.Equal([1000f, 0f], [loss[0, 0], loss[1, 0]]);
        Assert.Equal(1f, Gradients.Of(loss.Sum(), [logits])[0][0, 0]);
        Assert.Equal(-2000f, Tensor.From(1, 2, [1000f, -1000f]).LogSoftmax()[0, 1]);
    }

    [Fact]
    public void Sources_know_nothing_of_the_library_above()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Redress.slnx"))) root = Path.GetDirectoryName(root)!;
        var sources = Directory.GetFiles(Path.Combine(root, "src", "Redress.Tensors"), "*.cs", SearchOption.AllDirectories);
        Assert.True(sources.Length > 20);
        foreach (string source in sources)
            foreach (string word in new[] { "recourse", "counterfactual", "schema" })
                Assert.DoesNotContain(word, File.ReadAllText(source), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(5, 4, 2)]
    [InlineData(5, -1, 2)]
    [InlineData(5, 2, int.MaxValue)]
    public void Groups_stand_within_the_columns(int columns, int start, int width) =>
        Assert.Equal(
            FormattableString.Invariant($"A group of {width} columns from column {start} does not fit: groups ascend without overlap within {columns} columns, each 1 column or more. (Parameter 'groups')"),
            Assert.Throws<ArgumentException>(() => new ColumnGroups(columns, [(start, width)])).Message);

    [Fact]
    public void Groups_do_not_overlap_and_are_of_the_tensor_s_columns()
    {
        Assert.StartsWith("A group of 2 columns from column 2 does not fit", Assert.Throws<ArgumentException>(() => new ColumnGroups(9, [(1, 2), (2, 2)])).Message, StringComparison.Ordinal);
        var groups = new ColumnGroups(9, [(1, 2), (3, 2)]);
        Assert.Equal((9, 2, (3, 2)), (groups.Columns, groups.Count, groups[1]));
        Assert.Equal("Groups of 9 columns are not of a tensor of 2x8. (Parameter 'groups')", Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 8).GroupSoftmax(groups)).Message);
    }
}
