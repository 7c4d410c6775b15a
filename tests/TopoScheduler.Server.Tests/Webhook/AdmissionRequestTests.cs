using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Webhook;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Server.Tests.Webhook;

public sealed class AdmissionRequestTests
{
    private static readonly int FuzzRuns = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ"), out var runs) ? runs : 5_000;

    [Fact]
    public void Read_Binding_SaysWhatTheServerAsks()
    {
        var request = Review.OfBinding("a", "n1", dryRun: true, user: "u").Read();

        Assert.True(request is { IsBinding: true, IsCreate: true, IsNewPod: false, IsDryRun: true });
        Assert.Equal(("a", "ml", "Binding", "binding", "u"), (request.Name, request.Namespace, request.Kind, request.SubResource, request.UserName));
    }

    // Whatever arrives: a review in answer, or the one exception that becomes 400.
    [Fact]
    public async Task Read_FuzzedReviews_AreAnsweredOrTheOneException()
    {
        var state = new ClusterState();
        state.ReplaceNodes(ClusterBuilder.Spines(1).NodesPerLeaf(2).Racks(2, 13_000).BuildNodes());
        var pod = JsonBody.Read(Review.Pod("a").Bytes(), "a");
        var guard = new BindingGuard(state, new PodBook(OwnerSource.None, []), (_, _, _) => Task.FromResult<Tree?>(pod), () => DateTimeOffset.MaxValue, "");
        var gate = new GateMutation(new ManagedPods { OwnNamespace = "topo" });
        var mutations = new FuzzMutations(new(20_260_630));
        byte[][] valid = [Review.OfPod(Review.Pod()).Bytes(), Review.OfPod(Review.Pod("a").On("n0000")).Bytes(), Review.OfBinding("a", "n0000").Bytes()];
        var (read, refused, patched, denied) = (0, 0, 0, 0);
        for (var run = 0; run < FuzzRuns; run++)
        {
            try
            {
                var request = AdmissionRequest.Read(mutations.Damage(valid[run % 3], valid[(run + 1) % 3]));
                var (mutation, validation) = (gate.Answer(request), await guard.AnswerAsync(request, CancellationToken.None));
                read++;
                patched += mutation.Patch.IsEmpty ? 0 : 1;
                denied += validation.Denial is null ? 0 : 1;
                foreach (var answer in new[] { mutation, validation })
                {
                    Assert.Equal("AdmissionReview", (string?)JsonNode.Parse(answer.ToReview(request).Span)!["kind"]);
                }
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.True(Math.Min(Math.Min(read, refused), Math.Min(patched, denied)) > FuzzRuns / 100, $"{read} read, {refused} refused, {patched} patched, {denied} denied");
    }
}
