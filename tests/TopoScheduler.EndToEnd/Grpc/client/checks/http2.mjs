// What is no gRPC, or no HTTP/2, is refused or ends its own stream or connection; everybody else is answered all the while.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { ask, check, cluster, config, status } from '../client.mjs';

const origin = `http://${config.grpc}`;
const [host, port] = (config.grpc ?? ':').split(':');
const method = '/toposcheduler.v1.ClusterService/GetPower';
const headers = more => ({ ':method': 'POST', ':path': method, 'content-type': 'application/grpc', te: 'trailers', authorization: `Bearer ${config.token}`, ...more });
const frame = (bytes, { flag = 0, length = bytes.length } = {}) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
};
const empty = frame(Buffer.alloc(0));

function session() {
  const open = http2.connect(origin);
  open.on('error', () => {});
  return open;
}

// Headers and trailers of an answer, its bytes, or how it broke.
function exchange(open, more, body, { end = true } = {}) {
  return new Promise(resolve => {
    const answer = { bytes: 0 };
    const stream = open.request(headers(more), { endStream: false });
    stream.on('response', h => Object.assign(answer, h));
    stream.on('trailers', h => Object.assign(answer, h));
    stream.on('data', d => (answer.bytes += d.length));
    stream.on('error', e => (answer.error = e.code));
    stream.on('close', () => resolve({ ...answer, reset: stream.rstCode }));
    stream.setTimeout(20_000, () => { answer.error = 'silent'; stream.close(); });
    if (body) stream.write(body);
    if (end) stream.end();
  });
}

// One stream that is wrong, and the server answers others before and after.
function wrong(name, more, body, expected, options) {
  check(`HTTP/2: ${name}`, async () => {
    const open = session();
    const answer = await exchange(open, more, body, options);
    expected(answer);
    const after = await exchange(open, {}, empty);
    assert.equal(after['grpc-status'], '0', 'the same connection answers');
    open.close();
    await alive();
  });
}

const alive = async () => assert.ok((await ask(cluster, 'getPower')).domains.length > 0);
const is = (...codes) => answer => assert.ok(codes.map(String).includes(answer['grpc-status']), JSON.stringify(answer));
const http = (...codes) => answer => assert.ok(codes.includes(answer[':status']), JSON.stringify(answer));

wrong('a plain call', {}, empty, is(status.OK));
wrong('another content type', { 'content-type': 'application/json' }, Buffer.from('{}'), http(415));
wrong('no content type', { 'content-type': undefined }, empty, http(415));
wrong('application/grpc+proto', { 'content-type': 'application/grpc+proto' }, empty, is(status.OK));
wrong('GET', { ':method': 'GET' }, null, http(405, 404));
wrong('no path of ours', { ':path': '/nothing/here' }, empty, http(404));
wrong('another case of the path', { ':path': method.toUpperCase() }, empty, answer => assert.ok(answer[':status'] !== 500, JSON.stringify(answer)));
wrong('a path that climbs', { ':path': '/toposcheduler.v1.ClusterService/../GetPower' }, empty, answer => assert.notEqual(answer['grpc-status'], '0'));
wrong('no te', { te: undefined }, empty, answer => assert.ok(answer['grpc-status'] === '0' || answer[':status'] >= 400, JSON.stringify(answer)));
wrong('no message', {}, null, is(status.INTERNAL));
wrong('a message cut off', {}, frame(Buffer.alloc(10), { length: 100 }), is(status.INTERNAL));
wrong('a length cut off', {}, Buffer.from([0, 0, 0]), is(status.INTERNAL));
wrong('a length of 4 GiB', {}, frame(Buffer.alloc(10), { length: 0xffffffff }), is(status.RESOURCE_EXHAUSTED, status.INTERNAL, status.UNKNOWN));
wrong('a length above the limit', {}, frame(Buffer.alloc(10), { length: 64 << 20 }), is(status.RESOURCE_EXHAUSTED));
wrong('two messages where one is meant', {}, Buffer.concat([empty, empty]), is(status.INTERNAL));
wrong('no protobuf', {}, frame(Buffer.from([0xff, 0xff, 0xff, 0xff])), answer => assert.ok(['2', '3', '13'].includes(answer['grpc-status']), JSON.stringify(answer)));
wrong('an encoding nobody knows', { 'grpc-encoding': 'brotli' }, frame(Buffer.from('x'), { flag: 1 }), answer => {
  is(status.UNIMPLEMENTED)(answer);
  assert.match(answer['grpc-accept-encoding'] ?? '', /gzip/);
});
wrong('compressed without an encoding', {}, frame(gzipSync(Buffer.alloc(0)), { flag: 1 }), is(status.INTERNAL));
wrong('gzip that is none', { 'grpc-encoding': 'gzip' }, frame(Buffer.from('no gzip at all'), { flag: 1 }), answer => assert.ok(!['0', undefined].includes(answer['grpc-status']), JSON.stringify(answer)));
wrong('gzip that unpacks to more than may be', { 'grpc-encoding': 'gzip', ':path': '/toposcheduler.v1.PlacementService/Report' }, frame(gzipSync(Buffer.alloc(64 << 20, '#')), { flag: 1 }), is(status.RESOURCE_EXHAUSTED));
wrong('a flag nobody knows', {}, frame(Buffer.alloc(0), { flag: 7 }), answer => assert.notEqual(answer['grpc-status'], '0'));
wrong('a timeout that is none', { 'grpc-timeout': 'soon' }, empty, answer => assert.ok(answer[':status'] === 200 || answer[':status'] === 400, JSON.stringify(answer)));
wrong('a timeout of 99999999 hours', { 'grpc-timeout': '99999999H' }, empty, is(status.OK));

check('HTTP/2: a large answer comes in gzip to those who take it, to others plain', async () => {
  const path = '/toposcheduler.v1.ClusterService/GetTopology';
  const open = http2.connect(`http://${config.big}`);
  const [packed, plain] = [await exchange(open, { ':path': path, 'grpc-accept-encoding': 'gzip' }, empty), await exchange(open, { ':path': path, 'grpc-accept-encoding': 'identity' }, empty)];
  assert.equal(packed['grpc-encoding'], 'gzip');
  assert.equal(plain['grpc-encoding'], undefined);
  assert.ok(packed.bytes * 4 < plain.bytes, `${packed.bytes} and ${plain.bytes} bytes`);
  open.close();
});
check('HTTP/2: a header that is none ends the connection, or the stream', async () => {
  const open = session();
  const answer = await exchange(open, { authorization: 'Bearer \u00fc\u00fc' }, empty);
  assert.notEqual(answer['grpc-status'], '0');
  open.destroy();
  await alive();
});
check('HTTP/2: a body that never ends is not waited for', async () => {
  const open = session();
  const answer = await exchange(open, {}, Buffer.from([0, 0, 0]), { end: false });
  assert.notEqual(answer.error, 'silent');
  assert.notEqual(answer['grpc-status'], '0');
  open.destroy();
  await alive();
});
check('HTTP/2: a stream reset in the middle, others go on', async () => {
  const open = session();
  const broken = open.request(headers({}), { endStream: false });
  broken.on('error', () => {});
  broken.write(Buffer.from([0, 0, 0]));
  const other = exchange(open, {}, empty);
  broken.close(http2.constants.NGHTTP2_CANCEL);
  assert.equal((await other)['grpc-status'], '0');
  open.close();
});
check('HTTP/2: a client that says goodbye is answered what it asked', async () => {
  const open = session();
  const asked = exchange(open, {}, empty);
  await new Promise(r => setTimeout(r, 5));
  open.goaway(http2.constants.NGHTTP2_NO_ERROR);
  assert.equal((await asked)['grpc-status'], '0');
  open.close();
  await alive();
});
check('HTTP/2: a connection cut in the middle of a call', async () => {
  const open = session();
  const stream = open.request(headers({ ':path': '/toposcheduler.v1.ClusterService/WatchPower' }), { endStream: false });
  stream.on('error', () => {});
  stream.end(empty);
  await once(stream, 'response');
  open.destroy();
  await alive();
});
check('HTTP/2: 20,000 pings', async () => {
  const open = session();
  await once(open, 'connect');
  for (let i = 0; i < 20_000 && !open.destroyed; i++) {
    open.ping(() => {});
    if (i % 500 === 0) await new Promise(r => setImmediate(r));
  }

  await alive();
  open.destroy();
});
check('HTTP/2: 2,000 headers', async () => {
  const open = session();
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`x-${i}`, 'v'.repeat(40)]));
  const answer = await exchange(open, many, empty);
  assert.notEqual(answer['grpc-status'], '0');
  open.destroy();
  await alive();
});
check('HTTP/2: one header of 100 kB', async () => {
  const open = session();
  const answer = await exchange(open, { 'x-large': 'v'.repeat(100_000) }, empty);
  assert.notEqual(answer['grpc-status'], '0');
  open.destroy();
  await alive();
});
check('HTTP/2: 1,000 streams opened and reset at once', async () => {
  const open = session();
  await once(open, 'connect');
  for (let i = 0; i < 1_000 && !open.destroyed && !open.closed; i++) {
    const stream = open.request(headers({}), { endStream: false });
    stream.on('error', () => {});
    stream.close(http2.constants.NGHTTP2_CANCEL);
  }

  await alive();
  open.destroy();
});
check('HTTP/2: a reader that never reads keeps nobody else waiting', async () => {
  const open = http2.connect(`http://${config.big}`, { settings: { initialWindowSize: 0 } });
  open.on('error', () => {});
  const stream = open.request(headers({ ':path': '/toposcheduler.v1.ClusterService/GetTopology' }), { endStream: false });
  stream.on('error', () => {});
  stream.pause();
  stream.end(empty);
  await new Promise(r => setTimeout(r, 500));
  await alive();
  open.destroy();
});

// Whatever bytes: the connection ends, or is left to itself, and the next one is answered.
function bytes(name, text, expected = () => {}) {
  check(`HTTP/2: ${name}`, async () => {
    const socket = net.connect(Number(port), host);
    const received = [];
    socket.on('data', d => received.push(d));
    socket.on('error', () => {});
    socket.write(text);
    await Promise.race([once(socket, 'close'), new Promise(r => setTimeout(r, 3_000))]);
    expected(Buffer.concat(received), socket);
    socket.destroy();
    await alive();
  });
}

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const raw = (type, flags, stream, payload) => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};
const settings = raw(4, 0, 0, Buffer.alloc(0));
const goaway = received => assert.ok(frames(received).includes(7), `frames ${frames(received)}`);

function frames(received) {
  const types = [];
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) types.push(received.readUInt8(at + 3));
  return types;
}

bytes('HTTP/1.1 is refused', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', (received, socket) => assert.ok(socket.destroyed || /^HTTP\/1\.1 400/.test(received.toString('latin1')), received.toString('latin1').slice(0, 80)));
bytes('bytes of no protocol', Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256)));
bytes('a preface and nothing more', preface);
bytes('a frame larger than may be', Buffer.concat([Buffer.from(preface), settings, raw(0, 0, 1, Buffer.alloc(200_000))]), goaway);
bytes('data on a stream nobody opened', Buffer.concat([Buffer.from(preface), settings, raw(0, 1, 5, Buffer.alloc(5))]), goaway);
bytes('a window of no size', Buffer.concat([Buffer.from(preface), settings, raw(8, 0, 0, Buffer.alloc(4))]), goaway);
bytes('settings that cannot be', Buffer.concat([Buffer.from(preface), raw(4, 0, 0, Buffer.from([0, 4, 0xff, 0xff, 0xff, 0xff]))]), goaway);
bytes('headers that are no HPACK', Buffer.concat([Buffer.from(preface), settings, raw(1, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]))]), goaway);
bytes('a frame nobody knows is passed over', Buffer.concat([Buffer.from(preface), settings, raw(0xbe, 0, 0, Buffer.alloc(8)), raw(6, 0, 0, Buffer.alloc(8))]), received => assert.ok(frames(received).includes(6), `frames ${frames(received)}`));
