// Every op case against its reference on every device at hand, and every reference gradient against central differences. Read next: OpCases/OpCase.cs.
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed class OpTests
{
    public static TheoryData<string> Cases(CaseSize? size, bool gradients = false)
    {
        TheoryData<string> names = [];
        foreach (OpCase op in AllCases.List.Where(c => (size is null || c.Size == size) && (!gradients || c.Backward is not null))) names.Add(op.ToString());
        return names;
    }

    public static TheoryData<string> AllNames => Cases(null);
    public static TheoryData<string> SmallNames => Cases(CaseSize.Small);
    public static TheoryData<string> RealNames => Cases(CaseSize.Real);
    public static TheoryData<string> GradientNames => Cases(CaseSize.Small, gradients: true);

    // CI runs these again with narrower vectors (.ci/run).
    [Theory, MemberData(nameof(SmallNames))]
    public void Cpu_agrees_with_the_reference_on_small_sizes(string name) => OpCheck.AgainstReference(TestDevices.Cpu, Find(name));

    [Theory, MemberData(nameof(RealNames))]
    public void Cpu_agrees_with_the_reference_on_real_sizes(string name) => OpCheck.AgainstReference(TestDevices.Cpu, Find(name));

    [Theory, MemberData(nameof(SmallNames))]
    public void Simulator_agrees_with_the_reference(string name) => OpCheck.AgainstReference(TestDevices.Simulator, Find(name));

    [OpenClTheory, MemberData(nameof(AllNames))]
    public void OpenCl_agrees_with_the_reference(string name) => OpCheck.AgainstReference(TestDevices.OpenCl, Find(name));

    [Theory, MemberData(nameof(GradientNames))]
    public void Reference_gradient_agrees_with_central_differences(string name) => OpCheck.Gradient(Find(name));

    private static OpCase Find(string name) => AllCases.List.Single(c => c.ToString() == name);
}
