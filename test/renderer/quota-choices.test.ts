import { expect, test } from 'vitest';
import { limits } from '../../main/base/limits.ts';
import { localNetworkRequests } from '../../preload/contract/local-network.ts';
import { quotaChoices, quotaOf, quotaValue } from '../../renderer/settings/quota-choices.ts';

const offered = (current: number | null) => quotaChoices(current).map(({ value }) => quotaOf(value));

test('what is offered to let others fill can be chosen: the default and what was chosen before, smallest first', () => {
  const { input } = localNetworkRequests['localNetwork.open'];
  const sizes = offered(limits.leastGuestQuotaBytes);
  expect(sizes).toContain(limits.guestQuotaBytes);
  expect(sizes[0]).toBe(limits.leastGuestQuotaBytes);
  for (const quotaBytes of sizes) expect(input.safeParse({ quotaBytes }).success).toBe(true);
});

test('no limit is offered too, and comes back as none', () => {
  expect(offered(null).at(-1)).toBeNull();
  expect(quotaOf(quotaValue(limits.guestQuotaBytes))).toBe(limits.guestQuotaBytes);
});
