using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

public sealed class InMemoryFileStoreTests : FileStoreContract
{
    protected override IFileStore Store { get; } = new InMemoryFileStore(TimeProvider.System);
}

public sealed class InMemoryTableStoreTests : TableStoreContract
{
    protected override ITableStore Store { get; } = new InMemoryTableStore();
}
