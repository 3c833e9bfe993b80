/**
 * How many tags a client asks for, `n` of a request (distribution specification, "Listing Tags"). Attacker-controlled. Pure.
 * Must-fail vectors: test/registry/page-size.test.ts.
 */
import { registryError } from './errors.ts';
import { registryLimits } from './limits.ts';

/** How many tags to give: at most a page, to whose rest a `Link` leads. Fails `unsupported` (status 400) for anything but digits. */
export function parsePageSize(n: string | null): number {
  if (n === null) return registryLimits.tagsPerPage;
  if (!/^\d{1,15}$/.test(n)) throw registryError('UNSUPPORTED', 'n is a number of tags.', { status: 400 });
  return Math.min(Number(n), registryLimits.tagsPerPage);
}
