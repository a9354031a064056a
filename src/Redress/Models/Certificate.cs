namespace Redress.Models;

/// <summary>
/// A PARE certificate (Ross, Lakkaraju and Bastani 2021, section 3.3): with confidence 1 - α over the calibration rows,
/// at least a share 1 - ε of people like them have recourse by this method, or need none, as long as θ is at most the bound.
/// </summary>
/// <param name="Model">The fingerprint of the model it was computed on.</param>
/// <param name="Method">The method's slug.</param>
/// <param name="Options">Its options as JSON.</param>
/// <param name="Actions">SHA-256 of the action set.</param>
/// <param name="ActionsJson">The action set.</param>
/// <param name="Rounding">The rule of rounding.</param>
/// <param name="Seed">The seed of the method's streams.</param>
/// <param name="Epsilon">ε, the share of people who may go without.</param>
/// <param name="Alpha">α, the probability that the calibration rows mislead.</param>
/// <param name="Rows">Calibration rows, n.</param>
/// <param name="AllowedFailures">k: the most calibration rows that may fail, by the exact binomial tail.</param>
/// <param name="Bound">The largest θ for which at most k calibration rows fail, in the model's score unit.</param>
/// <param name="Threshold">The θ that was chosen at or below the bound.</param>
public sealed record Certificate(
    string Model, string Method, string Options, string Actions, string ActionsJson, string Rounding, ulong Seed,
    double Epsilon, double Alpha, int Rows, int AllowedFailures, double Bound, double Threshold);
