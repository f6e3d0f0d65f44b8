namespace Pipeline.Core.Payments;

/// <summary>What finance said of a payment.</summary>
/// <param name="PaymentId">As in the payment file.</param>
/// <param name="Paid">False: the payment failed, or was returned after it was paid, and falls due again.</param>
/// <param name="PaidOn">The day it was paid, failed or was returned.</param>
/// <param name="Reference">Finance's own reference; may be empty.</param>
public sealed record Confirmation(string PaymentId, bool Paid, DateOnly PaidOn, string Reference);
