// One browser at a time: classes run one after another. Read next: Browser.cs.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
