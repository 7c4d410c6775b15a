// Deadlines, cancellation, load, compression and size.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { ask, bearer, bigCluster, bigPlacements, check, cluster, config, connect, eventually, fails, job, metric, ours, placements, status } from '../client.mjs';

const gzip = { 'grpc.default_compression_algorithm': 2 };
const deflate = { 'grpc.default_compression_algorithm': 1 };
const gone = () => metric('toposcheduler_api_duration_seconds_count', 'door="grpc",outcome="gone"', config.bigHttp);
// Plan after plan: between two of them the server sees that a caller has gone.
const manyJobs = Array.from({ length: 60 }, (_, i) => job(`heavy-${i}`, 60)).join('\n---\n');
const heavy = options => ask(bigPlacements, 'report', { manifests: manyJobs }, options);

check('Deadline: passes before the answer', async () => {
  const before = await gone();
  await fails(status.DEADLINE_EXCEEDED, heavy({ within: 150 }));
  await eventually('the server has seen it', async () => (await gone()) > before);
});
check('Deadline: had passed already', () => fails(status.DEADLINE_EXCEEDED, ask(cluster, 'getPower', {}, { within: -1 })));
check('Deadline: far away', async () => assert.ok(await ask(cluster, 'getPower', {}, { within: 86_400_000 })));
check('Cancellation: the caller hangs up, and the server sees it', async () => {
  const before = await gone();
  let running;
  const cancelled = heavy({ onCall: c => (running = c) });
  setTimeout(() => running.cancel(), 200);
  await fails(status.CANCELLED, cancelled);
  await eventually('the server has seen it', async () => (await gone()) > before);
});
check('Load: more plans than may be are refused, the others answered', async () => {
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => heavy({ within: 80_000 })));
  const codes = results.map(r => (r.status === 'fulfilled' ? 'OK' : status[r.reason.code]));
  assert.ok(codes.includes('RESOURCE_EXHAUSTED'), codes.join(' '));
  assert.ok(codes.every(c => ['OK', 'RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED'].includes(c)), codes.join(' '));
});
check('Load: 1,000 calls at once over one connection', async () => {
  const client = connect(ours.ClusterService);
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask(client, 'getPower')));
  for (const answer of answers) assert.equal(answer.domains.length, 2);
  client.close();
});
check('Load: 1,000 calls at once over 20 connections', async () => {
  const clients = Array.from({ length: 20 }, () => connect(ours.ClusterService));
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => ask(clients[i % 20], i % 2 ? 'getTopology' : 'listProblems')));
  assert.ok(answers.every((a, i) => (i % 2 ? a.cluster.nodeCount === 8 : a.nodes === 8)));
  clients.forEach(c => c.close());
});
check('Load: 1,000 reports at once end, each answered or refused', async () => {
  const results = await Promise.allSettled(Array.from({ length: 1_000 }, (_, i) => ask(placements, 'report', { manifests: job(`j${i}`, 1) })));
  const codes = new Set(results.map(r => (r.status === 'fulfilled' ? status.OK : r.reason.code)));
  assert.ok(codes.has(status.OK), [...codes].join(' '));
  assert.ok([...codes].every(c => c === status.OK || c === status.RESOURCE_EXHAUSTED), [...codes].join(' '));
});
check('Load: afterwards it answers as before', async () => assert.equal((await ask(placements, 'report', { manifests: job('after', 1) })).reports[0].outcome, 'Placed'));
check('Compression: a request in gzip', async () => {
  const client = connect(ours.PlacementService, gzip);
  assert.equal((await ask(client, 'report', { manifests: `${job('packed', 1)}\n${'# comment\n'.repeat(1_000)}` })).reports[0].outcome, 'Placed');
  client.close();
});
check('Compression: a request in deflate', async () => {
  const client = connect(ours.PlacementService, deflate);
  assert.equal((await ask(client, 'report', { manifests: job('packed', 1) })).reports[0].outcome, 'Placed');
  client.close();
});
check('Compression: both ways on one call', async () => {
  const client = connect(ours.PlacementService, { address: config.big, ...gzip });
  const answer = await ask(client, 'report', { manifests: job('wide', 200) });
  assert.equal(answer.reports[0].placement.pods.length, 200);
  client.close();
});
check('Size: an answer of several MB', async () => {
  const answer = await ask(bigCluster, 'getTopology');
  assert.equal(answer.cluster.nodeCount, config.bigNodes);
  assert.ok(JSON.stringify(answer).length > 4_000_000);
});
check('Size: an answer larger than the client takes', async () => {
  const client = connect(ours.ClusterService, { address: config.big, 'grpc.max_receive_message_length': 100_000 });
  await fails(status.RESOURCE_EXHAUSTED, ask(client, 'getTopology'));
  client.close();
});
check('Size: a request of several MB', async () => {
  const manifests = `${job('large', 1)}\n${'# a comment of thirty-two bytes\n'.repeat(110_000)}`;
  assert.ok(manifests.length > 3_400_000);
  assert.equal((await ask(bigPlacements, 'report', { manifests })).reports[0].outcome, 'Placed');
});
check('Size: a request larger than the server takes', () => fails(status.RESOURCE_EXHAUSTED, ask(bigPlacements, 'report', { manifests: '#'.repeat(9 << 20) })));
check('Metadata: other headers do no harm', async () => assert.ok(await ask(cluster, 'getPower', {}, { metadata: bearer(config.token, { 'x-request-id': 'abc', 'x-data-bin': Buffer.from([0, 1, 255]), 'user-agent-extra': 'x'.repeat(2_000) }) })));
check('Connection: keep-alive pings of a client', async () => {
  const client = connect(ours.ClusterService, { 'grpc.keepalive_time_ms': 1_000, 'grpc.keepalive_permit_without_calls': 1 });
  await ask(client, 'getPower');
  await new Promise(r => setTimeout(r, 2_500));
  assert.ok(await ask(client, 'getPower'));
  client.close();
});
check('Connection: a client waits until there is one', async () => {
  const client = connect(ours.ClusterService);
  await new Promise((resolve, reject) => client.waitForReady(Date.now() + 30_000, e => (e ? reject(e) : resolve())));
  assert.equal(client.getChannel().getConnectivityState(false), grpc.connectivityState.READY);
  client.close();
});
