import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const work = `
  // Much of what is new survives for a while, which is what makes V8 ask for more space. The median, since V8 lends the
  // space some more while it marks what is old.
  async function work() {
    const kept = [];
    const sizes = [];
    for (let round = 0; round < 1_000; round += 1) {
      kept[round % 80] = Array.from({ length: 4_000 }, (_, index) => ({ round, index }));
      await turn();
      if (round >= 500) sizes.push(youngGeneration());
    }
    return sizes.sort((one, other) => one - other)[250];
  }
`;

const program = (body: string) => `
  import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
  import { setImmediate as turn } from 'node:timers/promises';
  import { holdOldGeneration, holdYoungGeneration } from ${JSON.stringify(join(import.meta.dirname, '../../main/hosts/hold-heap.ts'))};
  const youngGeneration = () =>
    getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 1024 / 1024;
  ${work}
  console.log(JSON.stringify(await (async () => { ${body} })()));
`;

/** What a process of its own, whose heap is its own, tells after this; sizes of the space for new objects in MiB. */
async function told(body: string): Promise<unknown> {
  const args = ['--expose-gc', '--input-type=module', '--eval', program(body)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

test('the space for new objects grows to 8 or 16 MiB, where V8 alone makes more of it', async () => {
  const [held, alone] = await Promise.all([
    told('holdYoungGeneration(); return work();'),
    told('return work();'),
  ]);
  expect(held).toBeGreaterThanOrEqual(8);
  expect(held).toBeLessThanOrEqual(16);
  expect(alone).toBeGreaterThan(16);
});

test('grows again after V8 made it small in quiet times', async () => {
  const body = `
    holdYoungGeneration();
    await work();
    gc({ type: 'major', flavor: 'last-resort' });
    await turn();
    return [youngGeneration(), await work()];`;
  const [quiet, busy] = (await told(body)) as [number, number];
  expect(quiet).toBeLessThan(8);
  expect(busy).toBeGreaterThanOrEqual(8);
});

test('what is old is collected earlier than V8 alone would', async () => {
  const mostHeap = (hold: string) => `
    const kept = Array.from({ length: 600_000 }, (_, index) => ({ index }));
    ${hold}
    // V8 decides at the end of a collection when the next one is.
    gc();
    let most = 0;
    const passing = [];
    for (let round = 0; round < 1_500; round += 1) {
      passing[round % 200] = Array.from({ length: 2_000 }, (_, index) => ({ round, index }));
      await turn();
      most = Math.max(most, getHeapStatistics().used_heap_size);
    }
    return most / kept.length;`;
  const [held, alone] = await Promise.all([told(mostHeap('holdOldGeneration();')), told(mostHeap(''))]);
  expect(held).toBeLessThan(Number(alone) * 0.8);
});
