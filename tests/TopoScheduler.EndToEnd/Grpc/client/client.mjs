// What the checks share: the servers under test, clients made from the .proto files, and calls as promises.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

// Given by the test: addresses of the two servers, the API server behind the first, the token, the folder of our .proto files.
export const config = JSON.parse(process.argv[2] ?? '{}');
export const { status } = grpc;

export const checks = [];
export function check(name, run) {
  checks.push({ name, run });
}

const loading = { keepCase: false, longs: Number, enums: String, defaults: false, arrays: true, objects: true };
export const ours = grpc.loadPackageDefinition(load(config.protos, ['placement', 'cluster', 'readings'].map(f => `toposcheduler/v1/${f}.proto`))).toposcheduler.v1;
const own = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'protos');
export const standard = grpc.loadPackageDefinition(
  load(own, ['grpc/health/v1/health.proto', 'grpc/reflection/v1/reflection.proto', 'grpc/reflection/v1alpha/reflection.proto'])).grpc;

function load(folder, files) {
  return loader.loadSync(files, { ...loading, includeDirs: [folder] });
}

// Two clients of one address with equal options share a connection, unless they are told not to.
export function connect(Service, { address = config.grpc, ...options } = {}) {
  return new Service(address, grpc.credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1, ...options });
}

export const placements = connect(ours.PlacementService);
export const cluster = connect(ours.ClusterService);
export const readings = connect(ours.PowerReadingsService);
export const bigCluster = connect(ours.ClusterService, { address: config.big, 'grpc.max_receive_message_length': -1 });
export const bigPlacements = connect(ours.PlacementService, { address: config.big, 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });

export function bearer(token = config.token, more = {}) {
  const metadata = new grpc.Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  for (const [key, value] of Object.entries(more)) metadata.set(key, value);
  return metadata;
}

// The answer, or an error with code and details; with what came beside it.
export function call(client, method, request = {}, { metadata = bearer(), within = 60_000, onCall } = {}) {
  return new Promise((resolve, reject) => {
    let headers;
    const started = client[method](request, metadata, { deadline: Date.now() + within }, (error, answer) => (error ? reject(error) : resolve({ answer, headers })));
    started.on('metadata', m => (headers = m));
    onCall?.(started);
  });
}

export const ask = async (client, method, request, options) => (await call(client, method, request, options)).answer;

// The call fails with this status and says all of this.
export async function fails(code, promise, ...says) {
  const error = await promise.then(() => null, e => e);
  assert.ok(error, `expected ${status[code]}, it succeeded`);
  assert.equal(`${status[error.code]}: ${error.details}`.split(':')[0], status[code], `${error.code} ${error.details}`);
  for (const text of says) assert.ok(error.details.includes(text), `"${error.details}" says nothing of "${text}"`);
  assert.ok(!error.details.includes(config.token), 'the token is told');
  return error;
}

// A watch as a queue of messages and its end.
export function watch(client, method, request = {}, { metadata = bearer(), within = 60_000 } = {}) {
  const stream = client[method](request, metadata, { deadline: Date.now() + within });
  const [messages, waiting] = [[], []];
  let end;
  const wake = () => waiting.splice(0).forEach(w => w());
  stream.on('data', m => { messages.push(m); wake(); });
  stream.on('error', e => { end ??= e; wake(); });
  stream.on('end', () => { end ??= { code: status.OK, details: '' }; wake(); });
  return {
    stream,
    messages,
    async next() {
      while (messages.length === 0 && !end) await new Promise(w => waiting.push(w));
      if (messages.length > 0) return messages.shift();
      throw end;
    },
    // The first message that is as wanted; those before it are passed over.
    async until(wanted) {
      for (;;) {
        const message = await this.next();
        if (wanted(message)) return message;
      }
    },
    async ended() {
      while (!end) await new Promise(w => waiting.push(w));
      return end;
    },
    cancel: () => stream.cancel(),
  };
}

// Pushes readings and ends; the result.
export function push(items, { metadata = bearer(), onCall } = {}) {
  return new Promise((resolve, reject) => {
    const stream = readings.push(metadata, { deadline: Date.now() + 60_000 }, (error, result) => (error ? reject(error) : resolve(result)));
    for (const item of items) stream.write(item);
    onCall ? onCall(stream) : stream.end();
  });
}

export const reading = (name, watts, more = {}) => ({ kind: 'rack', name, watts, at: new Date().toISOString(), ...more });

export async function http(path, { server = config.http, method = 'GET', body, token = config.token } = {}) {
  const answer = await fetch(server + path, { method, body, headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) } });
  const text = await answer.text();
  assert.ok(answer.ok, `${answer.status} ${text}`);
  return text;
}

export const httpJson = async (path, options) => JSON.parse(await http(path, options));

// A sample of the server's own metrics: the sum over all series with these labels.
export async function metric(name, labels = '', server = config.http) {
  const lines = (await http('/metrics', { server })).split('\n').filter(l => l.startsWith(`${name}{`) || l.startsWith(`${name} `));
  return lines.filter(l => labels.split(',').every(x => l.includes(x))).reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(' ') + 1)), 0);
}

// Objects behind the server, as somebody else changes them.
export const objects = {
  put: (path, object) => http(path, { server: config.api, method: 'PUT', body: JSON.stringify(object), token: null }),
  create: (path, object) => http(path, { server: config.api, method: 'POST', body: JSON.stringify(object), token: null }),
  get: path => httpJson(path, { server: config.api, token: null }),
  delete: path => http(path, { server: config.api, method: 'DELETE', token: null }),
};

export async function eventually(what, holds, within = 30_000) {
  for (const end = Date.now() + within; ; await new Promise(r => setTimeout(r, 20))) {
    if (await holds()) return;
    assert.ok(Date.now() < end, `not within ${within} ms: ${what}`);
  }
}

export const job = (name, pods, gpus = 8, more = '') =>
  `{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}}, spec: {parallelism: ${pods}, completions: ${pods}, completionMode: Indexed, ` +
  `template: {${more}spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: ${gpus}}}}]}}}}`;
