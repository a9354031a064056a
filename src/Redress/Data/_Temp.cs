#pragma warning disable
namespace Redress.Data;
public sealed class DataException : Exception { public DataException(string m):base(m){} public DataException(string m, Exception e):base(m,e){} }
public static class SchemaFile { public static string ToJson(Schema s)=>string.Join("|",s.Features.Select(f=>f.Name+f.Kind)); public static Schema Parse(string j,string f)=>throw new DataException("x"); }
