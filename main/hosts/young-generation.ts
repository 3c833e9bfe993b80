import { setFlagsFromString } from 'node:v8';

/**
 * Holds the space in which V8 puts new objects at the size it has once the program is up. V8 doubles it whenever much of
 * it survives, up to 64 MiB twice, and never gives it back: an hour of chat then takes a third more memory of the computer
 * than the program has any use for. What is read and sent in bulk lies in buffers, outside of it.
 *
 * Asked for and not relied on: a V8 that no longer knows the flag says so in the log and goes on as before.
 */
export function holdYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
