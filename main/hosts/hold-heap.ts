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
 * Holds the space in which V8 puts new objects near what the program needs. V8 doubles it whenever much of it survives, up
 * to 64 MiB and more: an hour of chat then takes more memory of the computer than the program has any use for. What is read
 * and sent in bulk lies in buffers, outside of it.
 *
 * It goes by the size and not by the clock, so that a slow start ends with the same heap as a fast one; and it lets the
 * space grow again that V8 made small while nothing happened.
 *
 * Asked for and not relied on, as {@link holdOldGeneration}: a V8 that no longer knows the flag says so in the log and goes
 * on as before. Node and Electron both leave V8's flags open after its start (`--no-freeze-flags-after-init`).
 */
export function holdYoungGeneration(): void {
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

/**
 * From now on what is old is collected when half as much again has gathered. V8 alone waits until it is as much again or
 * twice as much, and with it waits the memory outside of the heap that those objects hold; what was taken for them once,
 * the allocator keeps. For when the program is up: a start makes much that stays, and would only be held up.
 */
export function holdOldGeneration(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
