using Pipeline.Core.Reading;
using BenchmarkDotNet.Attributes;
using Pipeline.Core.Submissions;

namespace Pipeline.Benchmarks;

/// <summary>What every row of a submission passes through, in one process.</summary>
[MemoryDiagnoser]
public class HotParts
{
    private const int Rows = 100_000;
    private byte[] _valid = [];
    private byte[] _broken = [];

    [GlobalSetup]
    public void Setup()
    {
        _valid = Bytes(stream => Generator.Outcomes(stream, Rows, seed: 1));
        _broken = Bytes(stream => Generator.Outcomes(stream, Rows, seed: 1, broken: 1));
    }

    [Benchmark(Baseline = true)]
    public long TouchEveryField() => Comparison.TouchEveryField(new MemoryStream(_valid));

    [Benchmark]
    public long CheckValidOutcomes() => Check(_valid);

    [Benchmark]
    public long CheckBrokenOutcomes() => Check(_broken);

    private long Check(byte[] file) =>
        FileCheck.Check(new MemoryStream(file), Dataset.Outcomes.Reader(Generator.Framework, Generator.Contract, Generator.Quarter)).Rows;

    private static byte[] Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
