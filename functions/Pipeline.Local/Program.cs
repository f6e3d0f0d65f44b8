using Pipeline.Local;

using var workspace = new Workspace(args[1], TimeProvider.System);
await workspace.AddDeliveredFrameworksAsync(default);
foreach (string file in Directory.EnumerateFiles(args[0], "*", SearchOption.AllDirectories))
{
    await using var stream = File.OpenRead(file);
    await workspace.Files.WriteAsync(Path.GetRelativePath(args[0], file).Replace('\\', '/'), stream);
}

foreach (var taken in await workspace.Sweep.RunAsync(2))
    Console.WriteLine($"{taken.Path}: {taken.Receipt.Status} v{taken.Receipt.Version} rows {taken.Receipt.RowsRead} {string.Join(",", taken.Receipt.Summary.Select(s => s.Rule))}");
Console.WriteLine(string.Join(", ", await workspace.RefreshAsync(default)));
return 0;
