// grpc.health.v1 and grpc.reflection: what stock tools ask for.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { ask, bearer, check, connect, fails, standard, status, watch } from '../client.mjs';

const health = connect(standard.health.v1.Health);
const anybody = { metadata: bearer(null) };
const services = ['toposcheduler.v1.ClusterService', 'toposcheduler.v1.PlacementService', 'toposcheduler.v1.PowerReadingsService'];

for (const service of ['', ...services]) {
  check(`Health: ${service || 'the server'} serves, without a token`, async () => assert.equal((await ask(health, 'check', { service }, anybody)).status, 'SERVING'));
}

check('Health: a service nobody knows', () => fails(status.NOT_FOUND, ask(health, 'check', { service: 'none' }, anybody)));
check('Health: watched', async () => {
  const watching = watch(health, 'watch', { service: '' }, anybody);
  assert.equal((await watching.next()).status, 'SERVING');
  watching.cancel();
});
check('Health: watched, a service nobody knows', async () => {
  const watching = watch(health, 'watch', { service: 'none' }, anybody);
  assert.equal((await watching.next()).status, 'SERVICE_UNKNOWN');
  watching.cancel();
});

// Several questions on one stream, each answered before the next.
async function reflect(version, ...requests) {
  const client = connect(standard.reflection[version].ServerReflection);
  const stream = client.serverReflectionInfo(bearer(), { deadline: Date.now() + 30_000 });
  const answers = [];
  await new Promise((resolve, reject) => {
    stream.on('data', answer => {
      answers.push(answer);
      if (answers.length < requests.length) stream.write(requests[answers.length]);
      else stream.end();
    });
    stream.on('error', reject);
    stream.on('end', resolve);
    stream.write(requests[0]);
  });
  client.close();
  return answers;
}

for (const version of ['v1', 'v1alpha']) {
  check(`Reflection ${version}: all services`, async () => {
    const [answer] = await reflect(version, { listServices: '' });
    const names = answer.listServicesResponse.service.map(s => s.name);
    for (const service of [...services, 'grpc.health.v1.Health']) assert.ok(names.includes(service), `${service} in ${names}`);
  });
}

check('Reflection: both ways, several questions on one stream', async () => {
  const answers = await reflect('v1', ...services.map(s => ({ fileContainingSymbol: s })), { fileByFilename: 'toposcheduler/v1/cluster.proto' }, { listServices: '' });
  assert.equal(answers.length, 5);
  assert.ok(answers.slice(0, 4).every(a => a.fileDescriptorResponse.fileDescriptorProto.length > 0));
});
check('Reflection: a symbol nobody knows', async () => {
  const [answer] = await reflect('v1', { fileContainingSymbol: 'toposcheduler.v1.Choir' });
  assert.equal(answer.errorResponse.errorCode, status.NOT_FOUND);
});
check('Reflection: no token', async () => {
  const client = connect(standard.reflection.v1.ServerReflection);
  const stream = client.serverReflectionInfo(bearer(null), { deadline: Date.now() + 30_000 });
  const error = await new Promise(resolve => stream.on('error', resolve).on('data', () => {}));
  assert.equal(error.code, status.UNAUTHENTICATED);
  client.close();
});
check('Reflection: a client made of it alone asks and is answered', async () => {
  const [told] = await reflect('v1', { fileContainingSymbol: 'toposcheduler.v1.ClusterService' });
  const files = told.fileDescriptorResponse.fileDescriptorProto.map(f => Buffer.concat([Buffer.from([0x0a]), varint(f.length), f]));
  const definition = loader.loadFileDescriptorSetFromBuffer(Buffer.concat(files), { longs: Number, enums: String, arrays: true, objects: true });
  const client = connect(grpc.loadPackageDefinition(definition).toposcheduler.v1.ClusterService);
  const answer = await ask(client, 'getTopology');
  assert.equal(answer.cluster.node_count, 8);
  assert.ok(!('closed' in answer.cluster.domains[0]));
  client.close();
});

function varint(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.from([...bytes, number]);
}
