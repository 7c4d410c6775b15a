// Watches: the whole state first, then again whenever it has changed.
import assert from 'node:assert/strict';
import { ask, bearer, check, cluster, connect, eventually, metric, objects, ours, placements, push, reading, status, watch } from '../client.mjs';

const gangs = ns => `/apis/toposcheduler.io/v1alpha1/namespaces/${ns}/gangplacements`;
// The page of metrics is made anew once a second.
const open = () => new Promise(r => setTimeout(r, 1_100)).then(() => metric('toposcheduler_api_watches'));
const nodesOf = domain => [...domain.nodes, ...domain.domains.flatMap(nodesOf)];
const node = (topology, name) => nodesOf(topology.cluster).find(n => n.name === name);

async function cordon(name, unschedulable) {
  const object = await objects.get(`/api/v1/nodes/${name}`);
  object.spec = { ...object.spec, unschedulable };
  await objects.put(`/api/v1/nodes/${name}`, object);
}

const gang = (ns, name) => ({
  apiVersion: 'toposcheduler.io/v1alpha1', kind: 'GangPlacement', metadata: { name: `job-${name}`, namespace: ns },
  spec: { gang: { kind: 'job', name, uid: `uid-${name}` }, size: 2, min: 2, gpus: 16 },
});

check('WatchPower: the whole state first', async () => {
  const watching = watch(cluster, 'watchPower');
  assert.deepEqual(await watching.next(), await ask(cluster, 'getPower'));
  watching.cancel();
});
check('WatchPower: a reading is told', async () => {
  const watching = watch(cluster, 'watchPower');
  await watching.next();
  await push([reading('r1', 51_000)]);
  const told = await watching.until(p => p.domains[0].measuredWatts === 51_000);
  assert.equal(told.domains.length, 2);
  watching.cancel();
});
check('WatchPower: one domain', async () => {
  const watching = watch(cluster, 'watchPower', { domain: 'rack/r2' });
  assert.deepEqual((await watching.next()).domains.map(d => d.id), ['rack/r2']);
  watching.cancel();
});
check('WatchTopology: the whole state first', async () => {
  const watching = watch(cluster, 'watchTopology');
  assert.deepEqual(await watching.next(), await ask(cluster, 'getTopology'));
  watching.cancel();
});
check('WatchTopology: a cordoned node is told, and that it is open again', async () => {
  const watching = watch(cluster, 'watchTopology');
  assert.ok(!node(await watching.next(), 'n3').closed);
  await cordon('n3', true);
  assert.equal(node(await watching.until(t => node(t, 'n3').closed), 'n3').freeGpus, 0);
  await cordon('n3', false);
  await watching.until(t => !node(t, 'n3').closed);
  watching.cancel();
});
check('WatchTopology: many changes are few messages, the last is the last state', async () => {
  const watching = watch(cluster, 'watchTopology');
  await watching.next();
  for (let i = 0; i < 30; i++) await cordon('n4', i % 2 === 0);
  await cordon('n4', true);
  await watching.until(t => node(t, 'n4').closed);
  await cordon('n4', false);
  await watching.until(t => !node(t, 'n4').closed);
  await eventually('quiet', async () => node(await ask(cluster, 'getTopology'), 'n4').closed === undefined);
  assert.ok(watching.messages.length < 30, `${watching.messages.length} messages`);
  watching.cancel();
});
check('WatchGangPlacements: the whole list first', async () => {
  const watching = watch(placements, 'watchGangPlacements');
  assert.deepEqual(await watching.next(), await ask(placements, 'listGangPlacements'));
  watching.cancel();
});
check('WatchGangPlacements: a gang comes and goes', async () => {
  const watching = watch(placements, 'watchGangPlacements');
  await watching.next();
  await objects.create(gangs('ml'), gang('ml', 'guest'));
  await watching.until(l => l.gangs.some(g => g.gang === 'job/ml/guest'));
  await objects.delete(`${gangs('ml')}/job-guest`);
  await watching.until(l => !l.gangs.some(g => g.gang === 'job/ml/guest'));
  watching.cancel();
});
check('WatchGangPlacements: of a namespace nothing of others', async () => {
  const watching = watch(placements, 'watchGangPlacements', { namespace: 'ops' });
  assert.deepEqual((await watching.next()).gangs.map(g => g.namespace), ['ops']);
  await objects.create(gangs('ml'), gang('ml', 'other'));
  await objects.create(gangs('ops'), gang('ops', 'mine'));
  const told = await watching.next();
  assert.deepEqual(told.gangs.map(g => g.name), ['job-burn', 'job-mine']);
  await objects.delete(`${gangs('ml')}/job-other`);
  await objects.delete(`${gangs('ops')}/job-mine`);
  watching.cancel();
});
check('Watch: cancelled by the caller, and the server sees it', async () => {
  await eventually('nobody watches', async () => (await open()) === 0);
  const watching = watch(cluster, 'watchPower');
  await watching.next();
  await eventually('the server counts it', async () => (await open()) === 1);
  watching.cancel();
  assert.equal((await watching.ended()).code, status.CANCELLED);
  await eventually('the server has let go', async () => (await open()) === 0);
});
check('Watch: ends at its deadline', async () => {
  const watching = watch(cluster, 'watchTopology', {}, { within: 500 });
  await watching.next();
  assert.equal((await watching.ended()).code, status.DEADLINE_EXCEEDED);
  await eventually('the server has let go', async () => (await open()) === 0);
});
check('Watch: ends with its connection', async () => {
  const client = connect(ours.ClusterService);
  const watching = watch(client, 'watchTopology');
  await watching.next();
  client.close();
  watching.cancel();
  await eventually('the server has let go', async () => (await open()) === 0);
});
check('Watch: who reads slowly has the newest next', async () => {
  const watching = watch(cluster, 'watchPower', { domain: 'rack/r2' });
  await watching.next();
  watching.stream.pause();
  for (let watts = 52_000; watts <= 52_400; watts += 20) await push([reading('r2', watts)]);
  await eventually('the last one counts', async () => (await ask(cluster, 'getPower', { domain: 'rack/r2' })).domains[0].measuredWatts === 52_400);
  watching.stream.resume();
  const last = await watching.until(p => p.domains[0].measuredWatts === 52_400);
  assert.equal(last.domains[0].id, 'rack/r2');
  watching.cancel();
});
check('Watch: those who watch the same are told the same', async () => {
  const all = Array.from({ length: 6 }, () => watch(cluster, 'watchPower'));
  await Promise.all(all.map(w => w.next()));
  await push([reading('r1', 50_500)]);
  const told = await Promise.all(all.map(w => w.until(p => p.domains[0].measuredWatts === 50_500)));
  for (const other of told) assert.deepEqual(other, told[0]);
  all.forEach(w => w.cancel());
});
check('Watch: more than may be are refused, and welcome when others have gone', async () => {
  await eventually('nobody watches', async () => (await open()) === 0);
  const all = Array.from({ length: 8 }, () => watch(cluster, 'watchTopology'));
  await Promise.all(all.map(w => w.next()));
  const refused = await watch(cluster, 'watchTopology').ended();
  assert.equal(refused.code, status.RESOURCE_EXHAUSTED);
  assert.match(refused.details, /grpc\.watches/);
  all.forEach(w => w.cancel());
  await eventually('the server has let go', async () => (await open()) === 0);
  const welcome = watch(cluster, 'watchTopology', {}, { metadata: bearer() });
  await welcome.next();
  welcome.cancel();
});
