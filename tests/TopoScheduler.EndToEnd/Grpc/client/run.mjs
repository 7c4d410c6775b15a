// Runs every check and prints a line each: "ok NAME", or "not ok NAME - why".
import { checks } from './client.mjs';
import './checks/questions.mjs';
import './checks/refusals.mjs';
import './checks/watches.mjs';
import './checks/pushes.mjs';
import './checks/calls.mjs';
import './checks/standards.mjs';
import './checks/http2.mjs';

const limit = 90_000;
process.on('unhandledRejection', e => console.error(`beside a check: ${e?.stack ?? e}`));
process.on('uncaughtException', e => console.error(`beside a check: ${e?.stack ?? e}`));
const only = process.argv[3];
for (const { name, run } of checks) {
  if (only && !name.includes(only)) continue;
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`not done within ${limit} ms`)), limit)));
  const began = Date.now();
  try {
    await Promise.race([run(), late]);
    console.log(`ok ${name}`);
  } catch (e) {
    console.log(`not ok ${name} - ${String(e?.message ?? e).replaceAll('\n', ' ')}`);
  } finally {
    clearTimeout(timer);
  }

  console.error(`${name}: ${Date.now() - began} ms`);
}

process.exit(0);
