namespace Redress.Data.Catalog;

/// <summary>HELOC as CARLA has it: FICO's home-equity credit lines, missing numbers filled with means.</summary>
internal static class HelocCarla
{
    private static readonly string[] Columns =
    [
        "ExternalRiskEstimate", "MSinceOldestTradeOpen", "MSinceMostRecentTradeOpen", "AverageMInFile", "NumSatisfactoryTrades", "NumTrades60Ever2DerogPubRec",
        "NumTrades90Ever2DerogPubRec", "PercentTradesNeverDelq", "MSinceMostRecentDelq", "NumTotalTrades", "NumTradesOpeninLast12M", "PercentInstallTrades",
        "MSinceMostRecentInqexcl7days", "NumInqLast6M", "NumInqLast6Mexcl7days", "NetFractionRevolvingBurden", "NetFractionInstallBurden",
        "NumRevolvingTradesWBalance", "NumInstallTradesWBalance", "NumBank2NatlTradesWHighUtilization", "PercentTradesWBalance",
    ];

    internal static DataSet Set { get; } = new(
        "heloc-carla", "Home-equity credit lines, CARLA's version: who repays", CarlaFiles.Source,
        "FICO's terms of the Explainable Machine Learning Challenge (community.fico.com)", CarlaFiles.Of("heloc/heloc-carla"),
        "All 9,871 rows in the published split: 7,403 for training, 2,468 for testing. Counts may be fractions where missing numbers were filled. Favourable: RiskPerformance 1. Everything may change.",
        new Schema([.. Columns.Select(c => Feature.Numeric(c, Change.Any))], "RiskPerformance", "1.0", SourceTable.Row),
        (folder, schema) => CarlaFiles.Load(folder, Set!.Files, schema, "0.0"));
}
