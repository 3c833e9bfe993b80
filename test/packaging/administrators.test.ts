/** The page for administrators of registries says what the code does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { limits } from '../../main/base/limits.ts';
import { cleanupRules } from '../../main/messenger/cleanup/rules.ts';
import { pollingInterval } from '../../main/messenger/schedule.ts';
import { artifactTypes, layerMediaTypes } from '../../main/protocol/constants.ts';
import { anyInboxPrefix, anyReceiptPrefix, bundlePrefix } from '../../main/protocol/tags.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/registry-administrators.md'), 'utf8');

test.each([
  ...Object.values(artifactTypes),
  layerMediaTypes.zstd,
  `\`${anyInboxPrefix}<`,
  `\`${anyReceiptPrefix}<`,
  `\`${bundlePrefix(sha256('')).split('-')[0] ?? ''}-<`,
])('it names %s', (name) => {
  expect(page).toContain(name);
});

test.each([0, 5, 30, 600])('it says how often a window looks after %i quiet minutes', (minutes) => {
  const interval = pollingInterval({ quietMilliseconds: minutes * 60_000, failures: 0, loopback: false });
  const perHour = (3_600_000 / interval).toLocaleString('en');
  expect(page).toMatch(new RegExp(`\\| +${interval / 1000} +\\| +${perHour} +\\|`, 'u'));
});

test('it says how long messages live, and when and how much clean-up removes', () => {
  const day = 86_400_000;
  expect(page).toContain(`lives ${limits.timeToLiveSeconds / 86_400} days`);
  expect(page).toContain(`(${limits.expiryGraceSeconds / 3600} hours)`);
  expect(page).toContain(`at most ${cleanupRules.perRound} in one round`);
  expect(page).toContain(`again after ${cleanupRules.refusedAfter / day} days`);
  expect({ pause: cleanupRules.pause, between: cleanupRules.between }).toEqual({ pause: 1000, between: day });
});
