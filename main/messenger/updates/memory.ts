import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isDigest, type Digest } from '../../base/digest.ts';
import type { Store } from '../../store/store.ts';
import { packageKinds } from '../../updates/target.ts';
import { isVersion } from '../../updates/version.ts';

const factName = 'updates';

const version = z.string().refine(isVersion);
const memorySchema = z.object({
  /** Random: where this home stands in roll-outs. It never leaves the home. */
  draw: z.string().min(1),
  /** Milliseconds since 1970. */
  checkedAt: z.number().nullable(),
  /** The youngest release that was verified. */
  seen: z.object({ version, createdAt: z.number() }).nullable(),
  /** What was downloaded and verified, in the home's folder for updates. */
  ready: z
    .object({
      version,
      kind: z.enum(packageKinds),
      name: z.string().regex(/^[\w.-]+$/),
      digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
      size: z.number().int().nonnegative(),
    })
    .nullable(),
  /** The version of which somebody was told and answered. */
  dismissed: version.nullable().default(null),
});

export type UpdateMemory = z.output<typeof memorySchema>;
export type ReadyUpdate = NonNullable<UpdateMemory['ready']>;

/** What is remembered of updates. A record that cannot be read is begun anew. */
export function readUpdateMemory({ facts }: Pick<Store, 'facts'>): UpdateMemory {
  const parsed = memorySchema.safeParse(facts.get(factName));
  if (parsed.success) return parsed.data;
  const begun = {
    draw: randomBytes(16).toString('hex'),
    checkedAt: null,
    seen: null,
    ready: null,
    dismissed: null,
  };
  facts.set(factName, begun);
  return begun;
}

/** Keeps what changed beside the rest. */
export function changeUpdateMemory(store: Pick<Store, 'facts'>, change: Partial<UpdateMemory>): void {
  store.facts.set(factName, { ...readUpdateMemory(store), ...change });
}
