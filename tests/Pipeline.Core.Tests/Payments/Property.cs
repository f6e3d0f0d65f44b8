using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Pipeline.Core.Tests.Payments;

/// <summary>
/// Checks that something holds of generated values. The seed is fixed, so that a failure comes again; change it to look elsewhere.
/// </summary>
internal static class Property
{
    public static void HoldsFor<T>(Gen<T> values, Action<T> holds, ulong seed = 20250401, int cases = 500)
    {
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(cases)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, gamma: 1), FSharpOption<int>.None)));
        Check.One(config, Prop.ForAll(values.ToArbitrary(), holds));
    }
}
