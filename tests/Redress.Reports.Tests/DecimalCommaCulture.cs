using System.Globalization;
using System.Runtime.CompilerServices;

namespace Redress.Reports.Tests;

/// <summary>Runs every test under a culture with a decimal comma, so that code that forgets the culture fails at once.</summary>
internal static class DecimalCommaCulture
{
    [ModuleInitializer]
    internal static void Set()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = culture;
    }
}
