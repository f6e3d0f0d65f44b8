using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// A file is not taken in yet, since it is checked against what was released, and finance has a run that the tables do not know: a
/// confirmation of its payments would be rejected, and what takes them back would not be held. It is taken in after the repair, and where
/// all tables were lost once a register is in force again.
/// </summary>
public sealed class WaitsForRepairException(string why) : StoreException(why);
