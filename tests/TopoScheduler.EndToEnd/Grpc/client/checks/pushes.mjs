// Readings as a stream, judged as a push over HTTP is.
import assert from 'node:assert/strict';
import { ask, bearer, check, cluster, eventually, fails, push, reading, status } from '../client.mjs';

const measured = async rack => (await ask(cluster, 'getPower', { domain: `rack/${rack}` })).domains[0].measuredWatts;

check('Push: readings count', async () => {
  assert.deepEqual(await push([reading('r1', 50_100), reading('r2', 50_200)]), { taken: 2, refused: 0, problems: [] });
  await eventually('they count', async () => (await measured('r1')) === 50_100 && (await measured('r2')) === 50_200);
});
check('Push: none', async () => assert.deepEqual(await push([]), { taken: 0, refused: 0, problems: [] }));
check('Push: each that is wrong is named, the others are taken', async () => {
  const result = await push([
    reading('r1', 50_300), reading('r1', 1, { kind: 'tower' }), reading('', 1), { kind: 'rack', name: 'r1', at: new Date().toISOString() }, reading('r1', NaN), reading('r1', 1, { at: 'noon' }),
    reading('r1', 1, { at: '2020-01-01T00:00:00Z' }),
  ]);
  assert.equal(result.taken, 1);
  assert.deepEqual(result.problems.map(p => [p.index, p.field]), [[1, 'kind'], [2, 'name'], [3, 'watts'], [4, 'watts'], [5, 'at'], [6, 'at']]);
  assert.ok(result.problems.every(p => p.expected.length > 0));
});
check('Push: 5,000 readings', async () => {
  const result = await push(Array.from({ length: 5_000 }, (_, i) => reading(i % 2 ? 'r1' : 'r2', 50_000 + (i % 100))));
  assert.equal(result.taken, 5_000);
});
check('Push: of many that are wrong a hundred are told', async () => {
  const result = await push(Array.from({ length: 300 }, () => reading('r1', 1, { kind: 'tower' })));
  assert.equal(result.refused, 300);
  assert.equal(result.problems.length, 100);
});
check('Push: what came counts while the stream is open, and stays when it is broken off', async () => {
  let stream;
  const broken = push([reading('r1', 50_777)], { onCall: s => (stream = s) });
  await eventually('it counts', async () => (await measured('r1')) === 50_777);
  stream.cancel();
  await fails(status.CANCELLED, broken);
  assert.equal(await measured('r1'), 50_777);
});
check('Push: one after the other on an open stream', async () => {
  let stream;
  const result = push([], { onCall: s => (stream = s) });
  for (const watts of [50_801, 50_802, 50_803]) {
    stream.write(reading('r2', watts));
    await eventually('it counts', async () => (await measured('r2')) === watts);
  }

  stream.end();
  assert.equal((await result).taken, 3);
});
check('Push: no token', () => fails(status.UNAUTHENTICATED, push([reading('r1', 1)], { metadata: bearer(null) })));
