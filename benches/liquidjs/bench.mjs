// Times liquidjs on the templates that `peers --export` wrote, and prints meniscus : liquidjs.
// Usage: node bench.mjs FOLDER
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Liquid } from 'liquidjs';

const TURNS = 60;
const TURN_MS = 20;

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), 'utf8');
const ours = JSON.parse(read('times.json'));

// The best time of one run, in nanoseconds. The first turns warm the compiler up and fall out.
function best(work) {
  let fastest = Infinity;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const start = process.hrtime.bigint();
    const end = start + BigInt(TURN_MS * 1e6);
    let runs = 0;
    let now;
    do {
      work();
      runs += 1;
      now = process.hrtime.bigint();
    } while (now < end);
    fastest = Math.min(fastest, Number(now - start) / runs);
  }
  return fastest;
}

const engine = new Liquid();
const means = { parse: [], render: [] };
console.log('meniscus : liquidjs'.padEnd(24) + 'ratio'.padStart(8));
for (const [name, times] of Object.entries(ours)) {
  const text = read(`${name}.liquid`);
  const data = JSON.parse(read(`${name}.json`));
  const template = engine.parse(text);
  assert.equal(engine.renderSync(template, data), read(`${name}.txt`), `${name} renders otherwise`);
  const theirs = {
    parse: best(() => engine.parse(text)),
    render: best(() => engine.renderSync(template, data)),
  };
  for (const action of ['parse', 'render']) {
    const ratio = times[action] / theirs[action];
    means[action].push(Math.log(ratio));
    console.log(`${action} ${name}`.padEnd(24) + ratio.toFixed(3).padStart(8));
  }
}
for (const [action, logarithms] of Object.entries(means)) {
  const mean = Math.exp(logarithms.reduce((sum, one) => sum + one, 0) / logarithms.length);
  console.log(`${action} mean`.padEnd(24) + mean.toFixed(3).padStart(8));
}
