// The line Cli, Bench, Tests -> Data -> Model -> Tensors -> Kernels, the packages each layer may use, and that the CPU device works without ILGPU.
// Read next: Repository.cs, docs/architecture.md.
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed partial class LayeringTests
{
    /// <summary>From the lowest layer up; a project may use those before it.</summary>
    private static readonly string[] line = ["Dcc.Kernels", "Dcc.Tensors", "Dcc.Model", "Dcc.Data", "Dcc.Cli", "Dcc.Bench", "Dcc.Tests"];

    [Fact]
    public void Project_references_run_one_way()
    {
        foreach (string project in line)
            foreach (string used in Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
            {
                Assert.True(line.Contains(used), $"{project} uses {used}, which has no place in the line {string.Join(", ", line)}.");
                Assert.True(Array.IndexOf(line, used) < Array.IndexOf(line, project), $"{project} uses {used}, which lies above it.");
                Assert.False(used == "Dcc.Bench" || (used == "Dcc.Cli" && project != "Dcc.Tests"), $"{project} uses the program {used}.");
            }
    }

    [Fact]
    public void Every_project_of_the_solution_has_its_place_in_the_line()
    {
        IEnumerable<string> inSolution = ProjectPath().Matches(File.ReadAllText(Path.Combine(Repository.Root, "Dcc.sln"))).Select(match => match.Groups[1].Value)
            .Where(name => name.StartsWith("Dcc.", StringComparison.Ordinal));
        Assert.Equal(line.Order(StringComparer.Ordinal), inSolution.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Dcc.Kernels", "ILGPU", "ILGPU.Algorithms")]
    [InlineData("Dcc.Tensors")]
    [InlineData("Dcc.Model", "MathNet.Numerics")]
    public void An_embedding_app_gets_three_packages(string project, params string[] allowed) =>
        Assert.Equal(allowed, Includes(project, "PackageReference").Order(StringComparer.Ordinal));

    /// <summary>Its package unpacks to 0.8 GB: no build but its own downloads it.</summary>
    [Fact]
    public void The_browser_tests_stand_beside_the_solution()
    {
        Assert.Equal(["..\\Dcc.Cli\\Dcc.Cli.csproj"], Includes("Dcc.BrowserTests", "ProjectReference"));
        Assert.Contains("Microsoft.Playwright", Includes("Dcc.BrowserTests", "PackageReference"));
        Assert.DoesNotContain("Dcc.BrowserTests", File.ReadAllText(Path.Combine(Repository.Root, "Dcc.sln")), StringComparison.Ordinal);
        Assert.All(line, project => Assert.DoesNotContain(Includes(project, "PackageReference"), package => package.StartsWith("Microsoft.Playwright", StringComparison.Ordinal)));
    }

    [Fact]
    public void ILGPU_is_named_in_Kernels_alone()
    {
        foreach (string project in line.Except(["Dcc.Kernels"]))
            foreach (string file in Repository.Sources(project).Where(file => Path.GetFileName(file) != "TrapKernels.cs"))
                foreach (string code in File.ReadLines(file).Where(code => IlgpuType().IsMatch(code)))
                    Assert.Fail($"{Path.GetRelativePath(Repository.Root, file)} uses ILGPU: {code.Trim()}");
    }

    [Fact]
    public void Cpu_ops_run_where_ILGPU_is_missing()
    {
        WithoutIlgpu context = new();
        Type probe = context.LoadFromAssemblyPath(typeof(LayeringTests).Assembly.Location).GetType(typeof(CpuProbe).FullName!, throwOnError: true)!;
        object count = probe.GetMethod(nameof(CpuProbe.RunSmallCases))!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!;
        Assert.Equal(AllCases.List.Count(op => op.Size == CaseSize.Small), count);
        Assert.Contains("Dcc.Kernels", context.Assemblies.Select(assembly => assembly.GetName().Name));
        Assert.ThrowsAny<Exception>(() => probe.GetMethod(nameof(CpuProbe.OpenSimulator))!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null));
    }

    /// <summary>Loads its own copies of Dcc's assemblies, and no ILGPU: code that reaches one of its types fails here.</summary>
    private sealed class WithoutIlgpu : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name!.StartsWith("ILGPU", StringComparison.Ordinal)) throw new FileNotFoundException($"{name.Name} is kept out by this test.");
            string own = Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll");
            return name.Name.StartsWith("Dcc.", StringComparison.Ordinal) && File.Exists(own) ? LoadFromAssemblyPath(own) : null;
        }
    }

    private static IEnumerable<string> Includes(string project, string item) =>
        XDocument.Load(Path.Combine(Repository.Root, project, $"{project}.csproj")).Descendants(item).Select(element => element.Attribute("Include")!.Value);

    [GeneratedRegex(@"""(?:[^""\\/]*[\\/])?([^""\\/]+)\.csproj""")]
    private static partial Regex ProjectPath();

    // A using or a qualified name; the word alone may stand in a comment or a message.
    [GeneratedRegex(@"using\s+(static\s+)?ILGPU|(?<!"")\bILGPU\s*\.\s*[A-Z]")]
    private static partial Regex IlgpuType();
}

/// <summary>What <see cref="LayeringTests"/> runs inside a load context of its own.</summary>
public static class CpuProbe
{
    /// <summary>Returns the number of cases run.</summary>
    public static int RunSmallCases()
    {
        using CpuDevice device = new();
        int count = 0;
        foreach (OpCase op in AllCases.List.Where(op => op.Size == CaseSize.Small))
        {
            OpCheck.AgainstReference(device, op);
            count++;
        }
        return count;
    }

    public static void OpenSimulator() => GpuDevice.Simulator().Dispose();
}
