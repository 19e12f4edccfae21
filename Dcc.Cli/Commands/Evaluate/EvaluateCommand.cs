// dcc evaluate TASK: the protocols by which the field compares models, one verb each. Read next: EvaluationOutput.cs.
using System.CommandLine;

namespace Dcc.Cli;

internal sealed class EvaluateCommand : Command
{
    public EvaluateCommand() : base("evaluate", "Measures a model by a published protocol, beside its baselines; results as a table, JSON and CSV.")
    {
        Add(new EvaluateLocalizationCommand());
        Add(new UnderstandingCommand());
        Add(new SilenceCommand());
        Add(new SoundFeaturesCommand());
        Add(new ImageFeaturesCommand());
        Add(new RetrievalCommand());
        Add(new EvaluateMultiSourceCommand());
    }
}
