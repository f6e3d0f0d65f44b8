using System.CommandLine;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Local.Screen;
using Pipeline.Steps;

namespace Pipeline.Local.Commands;

/// <summary><c>explain</c>: where every penny comes from.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandOutput screen)
    {
        var what = new Argument<string[]>("PAYMENT_ID | CONTRACT QUARTER")
        {
            Description = "A payment, as it was worked out for its run; or a contract and a quarter, as they are now.",
            Arity = new ArgumentArity(1, 2),
        };
        var (pipeline, today) = (new PipelineOptions(), CommonOptions.Today());
        var command = new PipelineCommand(
            "explain", "Explains an amount step by step, down to the files that it was worked out from.",
            example: "pipeline explain HL-001-2025-26-Q1-core-r001")
        {
            what, today,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            foreach (string line in await ExplainAsync(opened.Steps, parsed.GetRequiredValue(what), cancel))
                screen.Say(line);
            return Exit.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> ExplainAsync(AllSteps steps, string[] what, CancellationToken cancel)
    {
        if (what is [var payment])
        {
            if (!PaymentId.TryParse(payment, out var id))
                throw new WrongUseException(
                    "This is no payment. Give its id as the payment file has it, such as HL-001-2025-26-Q1-core-r001, or a contract and a "
                    + "quarter.");
            try
            {
                return await steps.Explain.PaymentAsync(id, cancel)
                    ?? throw new WrongUseException(
                        $"No payment {id} was released. Look payments up in the payment files, or the runs with: pipeline pay status "
                        + $"{id.Quarter}");
            }
            catch (InvalidDataException exception)
            {
                throw new WrongUseException($"{exception.Message} Restore the archive, then explain the payment again.");
            }
        }

        if (!ContractId.TryParse(what[0], out var contract))
            throw new WrongUseException("This is no contract. Give its id as the register has it, and a quarter.");
        var quarter = CommonOptions.QuarterIn(what[1]);
        return await steps.Explain.ContractAsync(contract, quarter, cancel: cancel)
            ?? throw new WrongUseException(
                $"Nothing is known of {contract} in {quarter}: nothing was taken in for the quarter, or the contract is not active in it "
                + "and nothing was released for it. See: pipeline status");
    }
}
