namespace Redress.Data.Catalog;

/// <summary>Student: marks of Portuguese secondary schools (Cortez and Silva 2008), with the fifteen features of Guo et al. (2023, section 4): a shift from one school to another. Favourable is to pass.</summary>
/// <remarks>Only failures and age are numbers; all else is a category, absences too, as published. "Pass" is the file's own G3: 146 of 423 and 48 of 226 students have it.</remarks>
internal static class Student
{
    private const string Marks = "A B C D F", Jobs = "at_home health other services teacher", Five = "1 2 3 4 5", Education = "0 1 2 3 4",
        Absences = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 18 21 22 24 26 30 32";

    internal static DataSet Set { get; } = new(
        "student", "Portuguese students of two schools: who passes", "the UCI Machine Learning Repository, data set 'Student Performance' (archive.ics.uci.edu/dataset/320), a file a school with the columns of RoCourseNet's repository (github.com/BirkhoffG/RoCourseNet)",
        "CC BY 4.0", [new("gp", "student/gp.csv"), new("ms", "student/ms.csv")],
        "All 423 rows of Gabriel Pereira (gp) and 226 of Mousinho da Silveira (ms). Two numbers, then thirteen categories. Favourable: G3 1 (pass). Everything may change.",
        new Schema(
            [
                Feature.Numeric("failures", Change.Any), Feature.Numeric("age", Change.Any),
                Coded("G2", Marks), Coded("G1", Marks), Coded("higher", "no yes"), Coded("goout", Five), Coded("Mjob", Jobs), Coded("Fjob", Jobs), Coded("health", Five),
                Coded("freetime", Five), Coded("absences", Absences), Coded("Walc", Five), Coded("famrel", Five), Coded("Medu", Education), Coded("Fedu", Education),
            ],
            "G3", "1", SourceTable.Row, groups: ["school"]),
        (folder, domain, schema) => DomainFile.Read(folder, domain, schema, "0"));

    private static Feature Coded(string name, string codes) => Feature.Categorical(name, codes.Split(' '), Change.Any);
}
