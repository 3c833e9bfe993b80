import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { MiB } from '../base/limits.ts';

/**
 * Above this, both halves together, the space for new objects no longer grows: the next size V8 would take is 16 MiB, and
 * one half may have it already. A start fills it within half a second; more makes collecting hardly cheaper.
 */
const enoughBytes = 8 * MiB;
/** V8 makes the space small in quiet times; from here on it may grow again. */
const smallBytes = 4 * MiB;

/**
 * Holds V8's heap near what the program needs.
 *
 * V8 doubles the space for new objects whenever much of it survives, up to 64 MiB and more. And it collects what is old
 * only once as much again, or twice as much, has gathered: with it the memory outside of the heap that those objects hold,
 * which the allocator then keeps. An hour of chat takes a third more memory of the computer than the program has any use
 * for. What is read and sent in bulk lies in buffers, outside of either.
 *
 * It goes by the size and not by the clock, so that a slow start ends with the same heap as a fast one; and it lets the
 * space grow again that V8 made small while nothing happened.
 *
 * Asked for and not relied on: a V8 that no longer knows a flag says so in the log and goes on as before.
 */
export function holdHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
  let mayGrow = true;
  const collections = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    const bytes = young?.space_size ?? 0;
    if (mayGrow ? bytes <= enoughBytes : bytes > smallBytes) return;
    mayGrow = !mayGrow;
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  });
  collections.observe({ entryTypes: ['gc'] });
}
