// Devices are shared by all tests, so test classes run one after another.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
