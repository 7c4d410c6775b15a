// What cannot be answered is told with the status it has, and what is wrong by field, value and what was expected.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { ask, bearer, check, cluster, connect, fails, job, ours, placements, status, watch } from '../client.mjs';

const wrong = (client, method, request, ...says) => () => fails(status.INVALID_ARGUMENT, ask(client, method, request), ...says);

check('GetPower: no such domain', wrong(cluster, 'getPower', { domain: 'rack/none' }, 'domain="rack/none": expected kind/name of a power domain'));
check('GetPower: no moment', wrong(cluster, 'getPower', { at: 'tomorrow' }, 'at="tomorrow": expected'));
check('GetCapacity: no size', wrong(cluster, 'getCapacity', { gpusPerPod: 0 }, 'gpusPerPod="0": expected a whole number from 1 to 1024'));
check('GetCapacity: a size below zero', wrong(cluster, 'getCapacity', { gpusPerPod: -1 }, 'gpusPerPod="-1"'));
check('Report: nothing', wrong(placements, 'report', {}, 'manifests="": expected at least one job'));
check('Report: no YAML', wrong(placements, 'report', { manifests: '{kind: [' }));
check('Report: no job among the manifests', wrong(placements, 'report', { manifests: '{apiVersion: v1, kind: Service, metadata: {name: s}}' }, 'None of the jobs can be read'));
check('Report: no namespace', wrong(placements, 'report', { manifests: job('a', 1), namespace: 'No Such' }, 'namespace="No Such": expected'));
check('Report: no switch tier', wrong(placements, 'report', { manifests: job('a', 1), policy: { oversubscription: { moon: 2 } } }, 'policy.oversubscription.moon'));
check('Report: no steps', wrong(placements, 'report', { manifests: job('a', 1), policy: { maxSteps: 0 } }, 'policy.maxSteps="0": expected a whole number from 1'));
check('Report: everything that is wrong at once', wrong(placements, 'report', { manifests: job('a', 1), at: 'x', policy: { maxSteps: 0 } }, 'at="x"', 'policy.maxSteps="0"'));
check('Explain: no such gang, and which is near', () => fails(status.NOT_FOUND, ask(placements, 'explain', { gang: 'wild', namespace: 'wait' }), 'gang wait/wild is not in the cluster; did you mean wide?'));
check('Explain: no such pod, and which are near', () => fails(status.NOT_FOUND, ask(placements, 'explain', { pod: 'sole', namespace: 'wait' }), 'pod wait/sole', 'did you mean solo'));
check('Explain: names of other namespaces are not told', () => fails(status.NOT_FOUND, ask(placements, 'explain', { pod: 'wide-0', namespace: 'ml' }), 'pod ml/wide-0 is not in the cluster'));
check('Explain: no such node, and which are near', () => fails(status.NOT_FOUND, ask(placements, 'explain', { node: 'n9' }), 'node n9 is not in the cluster; did you mean n1 or n2 or n3?'));
check('Explain: nothing', wrong(placements, 'explain', {}, 'subject="": expected one of pod, gang, node'));
check('Explain: no namespace', wrong(placements, 'explain', { gang: 'wide' }, 'namespace="": expected'));
check('Explain: a namespace of a node', wrong(placements, 'explain', { node: 'n1', namespace: 'wait' }, 'namespace="wait": expected none'));
check('Explain: no name', wrong(placements, 'explain', { pod: '../wide', namespace: 'wait' }, 'pod="../wide": expected the name of a pod'));
check('Explain: everything that is wrong at once', wrong(placements, 'explain', { pod: 'wide-0', namespace: 'No', at: 'noon' }, 'namespace="No"', 'at="noon"'));
check('Explain: no token', () => fails(status.UNAUTHENTICATED, ask(placements, 'explain', { node: 'n1' }, { metadata: bearer(null) })));
check('GetGangPlacement: there is none', () => fails(status.NOT_FOUND, ask(placements, 'getGangPlacement', { namespace: 'ml', name: 'none' }), 'ml/none'));
check('GetGangPlacement: no name', wrong(placements, 'getGangPlacement', { namespace: 'ml' }, 'name="": expected'));
check('ListGangPlacements: no namespace', wrong(placements, 'listGangPlacements', { namespace: '../ops' }, 'namespace="../ops"'));
check('WatchPower: no such domain', async () => assert.equal((await watch(cluster, 'watchPower', { domain: 'rack/none' }).ended()).code, status.INVALID_ARGUMENT));

const serialize = () => Buffer.alloc(0);
function unknown(path) {
  const client = new grpc.Client(cluster.getChannel().getTarget().replace('dns:', ''), grpc.credentials.createInsecure());
  return new Promise((resolve, reject) => client.makeUnaryRequest(path, serialize, b => b, {}, bearer(), (e, v) => (e ? reject(e) : resolve(v))));
}

check('Unknown method', () => fails(status.UNIMPLEMENTED, unknown('/toposcheduler.v1.ClusterService/Sing')));
check('Unknown service', () => fails(status.UNIMPLEMENTED, unknown('/toposcheduler.v1.Choir/Sing')));
check('No token', () => fails(status.UNAUTHENTICATED, ask(cluster, 'getPower', {}, { metadata: bearer(null) }), 'Expected a bearer token'));
check('A token nobody knows', () => fails(status.UNAUTHENTICATED, ask(cluster, 'getPower', {}, { metadata: bearer('a-token-that-nobody-knows') })));
check('No token for a watch', async () => assert.equal((await watch(cluster, 'watchPower', {}, { metadata: bearer(null) }).ended()).code, status.UNAUTHENTICATED));
check('After a refusal the connection answers', async () => {
  const client = connect(ours.ClusterService);
  await fails(status.UNAUTHENTICATED, ask(client, 'getPower', {}, { metadata: bearer(null) }));
  await fails(status.INVALID_ARGUMENT, ask(client, 'getPower', { domain: 'x' }));
  assert.ok((await ask(client, 'getPower')).domains.length > 0);
  client.close();
});
