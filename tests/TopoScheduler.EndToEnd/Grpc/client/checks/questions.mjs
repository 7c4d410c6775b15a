// Every question once and more, and that both doors give one answer.
import assert from 'node:assert/strict';
import { ask, check, cluster, httpJson, job, placements } from '../client.mjs';

const reportOverHttp = body => httpJson('/v1/report', { method: 'POST', body: JSON.stringify(body) });

check('GetTopology: all nodes', async () => {
  const answer = await ask(cluster, 'getTopology');
  assert.equal(answer.kind, 'Topology');
  assert.equal(answer.cluster.nodeCount, 8);
  assert.deepEqual(answer.tiers, ['spine', 'leaf']);
});
check('GetTopology: sums are those of the nodes', async () => {
  const { cluster: all } = await ask(cluster, 'getTopology');
  const nodes = domain => [...domain.nodes, ...domain.domains.flatMap(nodes)];
  assert.equal(nodes(all).reduce((sum, n) => sum + n.gpus, 0), all.gpus);
  assert.equal(nodes(all).length, all.nodeCount);
});
check('GetTopology: the answer of HTTP', async () => assert.deepEqual(await ask(cluster, 'getTopology'), await httpJson('/v1/topology')));
check('GetPower: all domains', async () => {
  const answer = await ask(cluster, 'getPower');
  assert.deepEqual(answer.domains.map(d => d.id), ['rack/r1', 'rack/r2']);
  assert.equal(answer.domains[0].budgetWatts, 60_000);
});
check('GetPower: one domain', async () => {
  const answer = await ask(cluster, 'getPower', { domain: 'rack/r2' });
  assert.deepEqual(answer.domains.map(d => d.name), ['r2']);
  assert.equal(answer.total.nodes, 4);
});
check('GetPower: a moment to come', async () => assert.equal((await ask(cluster, 'getPower', { at: '2031-01-31T16:00:00Z' })).domains[0].budgetWatts, 60_000));
check('GetPower: the answer of HTTP', async () => assert.deepEqual(await ask(cluster, 'getPower'), await httpJson('/v1/power')));
check('GetPower: what is zero is there, what does not apply is not', async () => {
  const { total, domains: [first] } = await ask(cluster, 'getPower');
  assert.equal(total.outsideNodes, 0);
  assert.equal(first.overBudget, false);
  assert.ok(!('feed' in first), 'feed');
});
check('GetCapacity: as it is', async () => {
  const { resources: [room] } = await ask(cluster, 'getCapacity');
  assert.equal(room.resource, 'nvidia.com/gpu');
  assert.equal(room.gpusPerPod, 8);
  assert.equal(room.largest.at(-1).tier, 'cluster');
});
check('GetCapacity: pods of another size', async () => assert.equal((await ask(cluster, 'getCapacity', { gpusPerPod: 2 })).resources[0].gpusPerPod, 2));
check('GetCapacity: a moment to come', async () => assert.ok((await ask(cluster, 'getCapacity', { at: '2031-01-31T16:00:00+01:00' })).resources.length > 0));
check('GetCapacity: the answer of HTTP', async () => assert.deepEqual(await ask(cluster, 'getCapacity', { gpusPerPod: 4 }), await httpJson('/v1/capacity?gpusPerPod=4')));
check('ListProblems: all findings', async () => {
  const answer = await ask(cluster, 'listProblems');
  assert.equal(answer.nodes, 8);
  assert.ok(answer.findings.every(f => f.fix && f.rule && f.objects.length > 0));
});
check('ListProblems: the answer of HTTP', async () => assert.deepEqual(await ask(cluster, 'listProblems'), await httpJson('/v1/problems')));
check('Report: a job that fits', async () => {
  const { kind, reports: [report] } = await ask(placements, 'report', { manifests: job('train', 2) });
  assert.equal(kind, 'PlacementReportList');
  assert.equal(report.outcome, 'Placed');
  assert.equal(report.placement.pods.length, 2);
  assert.ok(report.power.addedWatts > 0);
});
check('Report: a job that does not', async () => {
  const { reports: [report] } = await ask(placements, 'report', { manifests: job('huge', 100) });
  assert.equal(report.outcome, 'NoFit');
  assert.ok(report.reasons.length > 0);
  assert.ok(!('placement' in report) || report.placement === null);
});
check('Report: several jobs, each beside the earlier ones', async () => {
  const { reports } = await ask(placements, 'report', { manifests: `${job('a', 1)}\n---\n${job('b', 1)}\n` });
  assert.equal(reports.length, 2);
  assert.notEqual(reports[0].placement.pods[0].node, reports[1].placement.pods[0].node);
});
check('Report: manifests as JSON', async () => {
  const manifests = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1 } } }] } });
  assert.equal((await ask(placements, 'report', { manifests })).reports[0].gang.kind, 'Pod');
});
check('Report: a namespace and a source', async () => {
  const answer = await ask(placements, 'report', { manifests: job('train', 2), namespace: 'ml', source: 'train.yaml' });
  assert.equal(answer.reports[0].gang.namespace, 'ml');
});
check('Report: another policy', async () => {
  const { reports: [report] } = await ask(placements, 'report', { manifests: job('train', 6), policy: { oversubscription: { spine: 4 }, maxSteps: 5000, assumeSchedulable: true, trustHints: true } });
  const { reports: [plain] } = await ask(placements, 'report', { manifests: job('train', 6) });
  assert.equal(report.outcome, plain.outcome);
});
check('Report: the answer of HTTP', async () => {
  const manifests = job('train', 6);
  assert.deepEqual((await ask(placements, 'report', { manifests })).reports[0], await reportOverHttp({ manifests }));
});
check('Report: names in other scripts', async () => {
  const { reports: [report] } = await ask(placements, 'report', { manifests: job('train', 1), source: 'données → 訓練.yaml' });
  assert.equal(report.outcome, 'Placed');
});
check('Explain: a gang that does not fit', async () => {
  const answer = await ask(placements, 'explain', { gang: 'wide', namespace: 'wait' });
  assert.equal(answer.kind, 'Explanation');
  assert.deepEqual(answer.subject, { kind: 'gang', namespace: 'wait', name: 'wide', gang: 'pod/wait/wide' });
  assert.equal(answer.state, 'waiting');
  assert.equal(answer.cause.kind, 'constraint');
  assert.equal(answer.cause.wanted, 9);
  assert.equal(answer.nodes.nodes, answer.nodes.usable + answer.nodes.eliminated.reduce((sum, e) => sum + e.nodes, 0));
  assert.ok(answer.tiers.every(t => t.domains === t.canHold + t.unknown + t.eliminated.reduce((sum, e) => sum + e.domains, 0)));
  assert.ok(!answer.place);
});
check('Explain: a gang with its kind', async () => assert.equal((await ask(placements, 'explain', { gang: 'pod/wide', namespace: 'wait' })).subject.name, 'wide'));
check('Explain: a pod of it', async () => {
  const { subject, gang } = await ask(placements, 'explain', { pod: 'wide-3', namespace: 'wait' });
  assert.equal(subject.gang, 'pod/wait/wide');
  assert.equal(gang.size, 9);
});
check('Explain: a pod that waits alone', async () => {
  const { state, cause, wait } = await ask(placements, 'explain', { pod: 'solo', namespace: 'wait' });
  assert.equal(state, 'waiting');
  assert.ok(cause.kind !== 'none');
  assert.equal(wait.queueLength, 2);
});
check('Explain: a node, and who waits', async () => {
  const { state, node, subject, gang } = await ask(placements, 'explain', { node: 'n8' });
  assert.equal(state, 'open');
  assert.equal(subject.namespace, '');
  assert.ok(!gang);
  assert.deepEqual(node.waiting.map(w => w.gang).filter(g => g.includes('/wait/')).sort(), ['pod/wait/solo', 'pod/wait/wide']);
  assert.ok(node.maxWatts >= node.drawWatts);
});
check('Explain: the answer of HTTP', async () => {
  const [at, namespace] = ['2031-01-31T16:00:00Z', 'wait'];
  assert.deepEqual(await ask(placements, 'explain', { gang: 'wide', namespace, at }), await httpJson(`/v1/explain/namespaces/wait/gangs/wide?at=${at}`));
  assert.deepEqual(await ask(placements, 'explain', { pod: 'wide-0', namespace, at }), await httpJson(`/v1/explain/namespaces/wait/pods/wide-0?at=${at}`));
  assert.deepEqual(await ask(placements, 'explain', { node: 'n8', at }), await httpJson(`/v1/explain/nodes/n8?at=${at}`));
});
check('ListGangPlacements: all', async () => assert.deepEqual((await ask(placements, 'listGangPlacements')).gangs.map(g => `${g.namespace}/${g.name}`), ['ml/job-llama', 'ops/job-burn']));
check('ListGangPlacements: of a namespace', async () => assert.deepEqual((await ask(placements, 'listGangPlacements', { namespace: 'ml' })).gangs.map(g => g.name), ['job-llama']));
check('ListGangPlacements: the answer of HTTP', async () => assert.deepEqual(await ask(placements, 'listGangPlacements'), await httpJson('/v1/gangplacements')));
check('GetGangPlacement: one', async () => {
  const answer = await ask(placements, 'getGangPlacement', { namespace: 'ml', name: 'job-llama' });
  assert.equal(answer.phase, 'Planned');
  assert.deepEqual(answer.members.map(m => m.node), ['n1', 'n2']);
});
check('GetGangPlacement: the answer of HTTP', async () =>
  assert.deepEqual(await ask(placements, 'getGangPlacement', { namespace: 'ml', name: 'job-llama' }), await httpJson('/v1/namespaces/ml/gangplacements/job-llama')));
