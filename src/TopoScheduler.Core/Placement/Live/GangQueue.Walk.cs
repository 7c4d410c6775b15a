namespace TopoScheduler.Core.Placement.Live;

// One walk along the queue, from the first gang to the last or to the limit. A walk that was cut short is resumed where it stopped: half of the plans of the
// next go to the front of the queue, where a change of the cluster counts first, and the rest from there on, so that the last gang has its turn too.
public sealed partial class GangQueue
{
    private QueueAnswer? Walk(QueuePass pass)
    {
        var order = Order();
        var resume = _resumeAt is null ? -1 : Array.IndexOf(order, _resumeAt);
        var most = resume > 0 ? limits.MostPlansPerNext / 2 : Math.Max(1, limits.MostPlansPerNext);
        QueueEntry? passedOver = null;
        HeadPlan? head = null;
        for (var i = 0; i < order.Length; i++)
        {
            if (i == resume) most = (int)Math.Max(limits.MostPlansPerNext, pass.Plans + 1);
            var entry = order[i];
            var wish = entry.WishAt(pass.Now);
            var beside = head is null || head.OutlastsOneStarted(pass.Now, wish.Gang) ? null : head;
            var refusal = _refusals.Find(entry, wish, beside, pass);
            if (refusal is null && pass.Plans >= most)
            {
                if (passedOver is not null || i >= resume) return Stop(entry);
                passedOver = entry;
                head ??= Keep(order.AsSpan(i, resume - i), pass);
                i = resume - 1;
                continue;
            }

            if (refusal is null)
            {
                var result = Ask(entry, wish, beside, pass);
                if (pass.Grants(wish, beside, result))
                {
                    if (beside is null) head?.LetIn(entry.Key);
                    if (passedOver is not null || ReferenceEquals(_resumeAt, entry)) _resumeAt = i + 1 < order.Length ? order[i + 1] : passedOver;
                    return new(entry.Waiting, result.Plan!, head is not null);
                }

                refusal = _refusals.Keep(entry, new(wish, result, pass.Freed, beside, wish.MindsOthers ? pass.Cluster : null), pass);
            }

            if (head is null) head = Block(entry, refusal, pass);
            else (entry.Cause, entry.Behind) = (WaitCause.Head, head.Entry.Key);
        }

        return passedOver is null ? Finish() : Stop(passedOver);
    }

    private QueueAnswer? Stop(QueueEntry at)
    {
        (HasMore, _resumeAt) = (true, at);
        return null;
    }

    private QueueAnswer? Finish()
    {
        _resumeAt = null;
        return null;
    }

    // The head goes before its equals: what was promised to it is not taken back for one that is older but could not be promised anything before.
    private QueueEntry[] Order()
    {
        var order = _waiting.ToArray();
        if (_head is null) return order;
        var at = Array.IndexOf(order, _head.Entry);
        for (; at > 0 && order[at - 1].Waiting.Gang.Priority == _head.Entry.Waiting.Gang.Priority; at--)
        {
            (order[at - 1], order[at]) = (order[at], order[at - 1]);
        }

        return order;
    }

    // Where gangs are passed over for now, one among them may be the head.
    private HeadPlan? Keep(ReadOnlySpan<QueueEntry> passedOver, QueuePass pass)
    {
        if (_head is null || !passedOver.Contains(_head.Entry)) return null;
        return pass.StillHolds(_head) ? _head : null;
    }

    private PlacementResult Ask(QueueEntry entry, GangWish wish, HeadPlan? beside, QueuePass pass)
    {
        var result = pass.Plan(wish, beside);
        if (!ReferenceEquals(_head?.Wish, wish) || pass.Grants(wish, beside, result) || !pass.StillHolds(_head)) return result;
        if (pass.PlanOnTarget(_head) is not { } onTarget) return result;
        if (wish.IsGrantedBy(onTarget)) return onTarget;
        // Nobody stands in its way, and still it cannot have these nodes: others must be found.
        _head = null;
        return result;
    }

    private HeadPlan? Block(QueueEntry entry, Refusal refusal, QueuePass pass)
    {
        if (ReferenceEquals(_head?.Entry, entry))
        {
            if (ReferenceEquals(_head.Wish, refusal.Wish) && pass.StillHolds(_head)) return _head;
            _head = null;
        }

        var target = refusal.IsForGood || refusal.Result.Outcome == PlacementOutcome.Invalid ? null : pass.FindTarget(entry, refusal.Wish);
        entry.Cause = target is null ? WaitCause.Capacity : WaitCause.RunningGangs;
        if (target is null)
        {
            if (!refusal.IsForGood) _refusals.Keep(entry, refusal with { IsForGood = true }, pass);
            return null;
        }

        return _head = target;
    }
}
