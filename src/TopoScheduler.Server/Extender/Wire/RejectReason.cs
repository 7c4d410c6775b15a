namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Why a node is rejected. There are few of them and their texts never change: kube-scheduler writes the reasons into the pod's condition, and a
/// condition that changes wakes the pod again.
/// </summary>
/// <param name="Code">Its verdict; 0 means that the node fits.</param>
/// <param name="Text">What people read in the events of the pod.</param>
/// <param name="CanChange">Evicting pods, or waiting, may cure it; else the node goes to FailedAndUnresolvableNodes.</param>
public readonly record struct RejectReason(byte Code, string Text, bool CanChange);
