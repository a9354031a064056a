using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Redress.Tensors.Kernels;

// An operation is an empty struct with a static function, so that one loop serves all and the JIT makes straight code of each.

internal interface IUnaryOperation
{
    static abstract V Apply(V x, V s);
}

internal interface IBinaryOperation
{
    static abstract V Apply(V a, V b, V s);
}

internal readonly struct ScaleOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => x * s; }
internal readonly struct ShiftOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => x + s; }
internal readonly struct ReciprocalScaleOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => s / x; }
internal readonly struct ShiftedNegativeOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => s - x; }
internal readonly struct ExpOperation : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply(V x, V s)
    {
        // VectorMath.Exp stays finite; here the ends are what they should be.
        var y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(88.7228f)), Vector512.Create(float.PositiveInfinity), VectorMath.Exp(x));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87.33f)), V.Zero, y);
    }
}
internal readonly struct LogOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => Vector512.Log(x); }
internal readonly struct TanhOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => VectorMath.Tanh(x); }
internal readonly struct SigmoidOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => VectorMath.Sigmoid(x); }
internal readonly struct SoftplusOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => VectorMath.Softplus(x); }
internal readonly struct ReluOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => Vector512.Max(x, V.Zero); }
internal readonly struct LeakyReluOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, V.Zero), x, x * s); }
internal readonly struct GeluOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => x * VectorMath.NormalProbability(x); }
internal readonly struct NormalDensityOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => VectorMath.NormalDensity(x); }
internal readonly struct AbsOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => Vector512.Abs(x); }
internal readonly struct SignOperation : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply(V x, V s)
    {
        var positive = Vector512.BitwiseAnd(Vector512.GreaterThan(x, V.Zero), V.One);
        return positive - Vector512.BitwiseAnd(Vector512.LessThan(x, V.Zero), V.One);
    }
}
internal readonly struct SquareOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => x * x; }
internal readonly struct SqrtOperation : IUnaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V x, V s) => Vector512.Sqrt(x); }

internal readonly struct AddOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a + b; }
internal readonly struct SubtractOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a - b; }
internal readonly struct MultiplyOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a * b; }
internal readonly struct DivideOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a / b; }
internal readonly struct AxpyOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => VectorMath.Fma(b, s, a); }
internal readonly struct TanhGradientOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a * (V.One - b * b); }
internal readonly struct SigmoidGradientOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a * b * (V.One - b); }
internal readonly struct GateOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => Vector512.ConditionalSelect(Vector512.GreaterThan(b, V.Zero), a, a * s); }
internal readonly struct GeluGradientOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => a * VectorMath.Fma(b, VectorMath.NormalDensity(b), VectorMath.NormalProbability(b)); }
internal readonly struct CrossEntropyOperation : IBinaryOperation { [MethodImpl(MethodImplOptions.AggressiveInlining)] public static V Apply(V a, V b, V s) => Vector512.Max(a, V.Zero) - a * b + VectorMath.LogOnePlusExpNegative(a); }
