namespace TopoScheduler.Testing.Cases;

/// <summary>What a <see cref="PowerFilling"/> came to.</summary>
/// <param name="UsedShare">Committed watts of all racks over their budgets.</param>
/// <param name="Gpus">GPUs placed.</param>
/// <param name="CappedGpus">Of those, under a cap.</param>
public sealed record PowerFillingEnd(double UsedShare, int Gpus, int CappedGpus);
