/** What the connection test tries. Without schemas: the window imports it, and needs none of them. */

/** In the order in which they are tried. */
export const connectionCheckNames = [
  'reach',
  'encryption',
  'login',
  'pull',
  'push',
  'artifacts',
  'empty-layers',
  'tags',
  'referrers',
  'delete',
  'limits',
] as const;

export type ConnectionCheckName = (typeof connectionCheckNames)[number];

/**
 * `limited`: it works with a difference that one should know of. `failed`: messages cannot be exchanged. `skipped`:
 * something before it failed. `unknown`: it was tried, and nothing came out.
 */
export const checkOutcomes = ['passed', 'limited', 'failed', 'skipped', 'unknown'] as const;

export type CheckOutcome = (typeof checkOutcomes)[number];
