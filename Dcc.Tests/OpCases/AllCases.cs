// Every op case there is, found by its folder's naming rule: a static class "<Op>Cases" with a method All(). Read next: ../OpTests.cs.
using System.Reflection;

namespace Dcc.Tests.OpCases;

public static class AllCases
{
    public static IReadOnlyList<OpCase> List { get; } =
    [
        .. typeof(AllCases).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(AllCases).Namespace && type.Name.EndsWith("Cases", StringComparison.Ordinal) && type != typeof(AllCases))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .SelectMany(type => (IEnumerable<OpCase>)type.GetMethod("All", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!),
    ];
}
