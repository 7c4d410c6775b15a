using Google.Protobuf;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Grpc;

/// <summary>
/// Answers as messages. They go through the JSON of <see cref="AnswerJson"/>, whose mapping the messages are: so there is one writer of answers, and nothing that it
/// writes can be forgotten here. A property without a field is a defect, which tests find.
/// </summary>
internal static class AnswerMessages
{
    /// <summary>An answer as the message of its kind.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TAnswer">The answer.</typeparam>
    /// <exception cref="InvalidProtocolBufferException">The message lacks a field.</exception>
    public static TMessage Of<TMessage, TAnswer>(TAnswer answer)
        where TMessage : IMessage, new() => JsonParser.Default.Parse<TMessage>(AnswerJson.Text(answer));

    /// <summary>Reports as a list, also of one.</summary>
    public static V1.PlacementReportList Of(JobsAnswer answer) => Of<V1.PlacementReportList, Answers.PlacementReportList>(new() { Reports = answer.Reports, Scenario = answer.Scenario });

    /// <summary>Why something is as it is.</summary>
    public static V1.Explanation Of(Core.Placement.Explain.Explanation answer) => Of<V1.Explanation, Core.Placement.Explain.Explanation>(answer);

    /// <summary>Room.</summary>
    public static CapacityReport Of(CapacityView answer) => Of<CapacityReport, CapacityView>(answer);

    /// <summary>The network.</summary>
    public static Topology Of(TopologyView answer) => Of<Topology, TopologyView>(answer);

    /// <summary>Watts.</summary>
    public static PowerReport Of(PowerView answer) => Of<PowerReport, PowerView>(answer);

    /// <summary>What is wrong.</summary>
    public static DoctorReport Of(DoctorView answer) => Of<DoctorReport, DoctorView>(answer);

    /// <summary>How a gang stands.</summary>
    public static GangReport Of(GangView answer) => Of<GangReport, GangView>(answer);

    /// <summary>How gangs stand.</summary>
    public static GangReportList Of(GangListView answer) => Of<GangReportList, GangListView>(answer);
}
