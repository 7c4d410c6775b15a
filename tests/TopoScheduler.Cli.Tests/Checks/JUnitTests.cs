using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace TopoScheduler.Cli.Tests.Checks;

/// <summary><c>report --junit</c>, held against the form that Jenkins and others read.</summary>
public sealed class JUnitTests : IDisposable
{
    // The part of the usual schema (jenkins-junit.xsd) that a report can use, written anew.
    private const string Schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
          <xs:complexType name="verdict"><xs:simpleContent><xs:extension base="xs:string">
            <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
          </xs:extension></xs:simpleContent></xs:complexType>
          <xs:attributeGroup name="counts">
            <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="failures" type="xs:nonNegativeInteger"/><xs:attribute name="errors" type="xs:nonNegativeInteger"/>
            <xs:attribute name="skipped" type="xs:nonNegativeInteger"/><xs:attribute name="disabled" type="xs:nonNegativeInteger"/>
            <xs:attribute name="time" type="xs:decimal"/><xs:attribute name="timestamp" type="xs:dateTime"/>
          </xs:attributeGroup>
          <xs:element name="testsuites"><xs:complexType>
            <xs:sequence><xs:element name="testsuite" maxOccurs="unbounded"><xs:complexType>
              <xs:sequence><xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                <xs:sequence>
                  <xs:element name="skipped" type="xs:string" minOccurs="0"/>
                  <xs:element name="error" type="verdict" minOccurs="0" maxOccurs="unbounded"/>
                  <xs:element name="failure" type="verdict" minOccurs="0" maxOccurs="unbounded"/>
                  <xs:element name="system-out" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
                  <xs:element name="system-err" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
                </xs:sequence>
                <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="classname" type="xs:string"/>
                <xs:attribute name="time" type="xs:decimal"/><xs:attribute name="status" type="xs:string"/><xs:attribute name="assertions" type="xs:string"/>
              </xs:complexType></xs:element></xs:sequence>
              <xs:attributeGroup ref="counts"/><xs:attribute name="id" type="xs:string"/><xs:attribute name="hostname" type="xs:string"/><xs:attribute name="package" type="xs:string"/>
            </xs:complexType></xs:element></xs:sequence>
            <xs:attributeGroup ref="counts"/>
          </xs:complexType></xs:element>
        </xs:schema>
        """;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void JUnit_EveryOutcome_IsACaseOfItsKind()
    {
        var run = CliHarness.Run(
            "report", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--job", "samples/jobs/pretrain-16x8-gated.yaml", "--job", "samples/jobs/pretrain-25x8.yaml",
            "--job", "samples/jobs/mpi-finetune.yaml", "--job", "tests/cases/bad/annotation-gang-min-zero/job.yaml", "--fail-if", "gang.kind==MPIJob", "--junit", _file);

        Assert.Equal(ExitCodes.InvalidInput, run.Code);
        var xml = Validated();
        Assert.Equal(("4", "2", "1"), ((string)xml.Attribute("tests")!, (string)xml.Attribute("failures")!, (string)xml.Attribute("errors")!));
        var cases = xml.Descendants("testcase").ToList();
        Assert.Equal(["system-out", "failure", "failure", "error"], cases.Select(c => c.Elements().Single().Name.LocalName));
        Assert.Equal(["NoFit", "FailIf", "Invalid"], cases.Skip(1).Select(c => (string)c.Elements().Single().Attribute("type")!));
        Assert.Equal(("training.Job", "pretrain-25x8"), ((string)cases[1].Attribute("classname")!, (string)cases[1].Attribute("name")!));
        Assert.StartsWith("Does not fit: ", (string)cases[1].Element("failure")!.Attribute("message")!, StringComparison.Ordinal);
        Assert.Contains("pdu/pdu-2 has 1,300 W left", cases[1].Element("failure")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_JobFileThatCannotBeUnderstood_IsAnError()
    {
        File.WriteAllText(_file + ".yaml", "{apiVersion: v1, kind: Job}\n---\n[1]\n");
        try
        {
            CliHarness.Run("report", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--job", _file + ".yaml", "--junit", _file);
            Assert.NotEmpty(Validated().Descendants("error"));
        }
        finally
        {
            File.Delete(_file + ".yaml");
        }
    }

    [Fact]
    public void JUnit_HostileName_IsWellFormed()
    {
        CliHarness.Run(
            "{apiVersion: batch/v1, kind: Job, metadata: {name: \"a<b>&\\u0007\\uD83D\\uDE00\"}, spec: {template: {spec: {containers: [{name: m}]}}}}",
            ["report", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--job", "-", "--junit", _file]);
        Assert.NotEmpty(Validated().Descendants("testcase"));
    }

    [Fact]
    public void JUnit_CannotBeWritten_IsCode2()
    {
        var run = CliHarness.Run("report", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--job", "samples/jobs/mpi-finetune.yaml", "--junit", "no/such/folder/r.xml");
        Assert.Equal(ExitCodes.InvalidInput, run.Code);
        Assert.Contains("no/such/folder/r.xml: cannot be written:", run.Error, StringComparison.Ordinal);
    }

    private XElement Validated()
    {
        var schemas = new XmlSchemaSet();
        using var text = new StringReader(Schema);
        using var reader = XmlReader.Create(text);
        schemas.Add(null, reader);
        var document = XDocument.Load(_file);
        document.Validate(schemas, (_, e) => Assert.Fail(e.Message));
        return document.Root!;
    }
}
