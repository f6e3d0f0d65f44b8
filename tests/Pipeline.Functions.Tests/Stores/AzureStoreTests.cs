using Pipeline.Steps;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Stores;

public sealed class BlobFileStoreTests : FileStoreContract
{
    protected override IFileStore Store { get; } = Azurite.NewStores().Files;
}

public sealed class TableStorageTableStoreTests : TableStoreContract
{
    protected override ITableStore Store { get; } = Azurite.NewStores().Tables;

    /// <summary>The emulator reads and writes JSON with JavaScript, which writes both alike.</summary>
    protected override bool KeepsTheSignOfZero => false;
}
