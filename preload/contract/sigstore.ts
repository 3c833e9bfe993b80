/** What the settings keep of public signatures (Sigstore): whom to ask, and whom to believe. */
import { z } from 'zod';
import { fieldLimits } from './field-limits.ts';

const address = z
  .url({ protocol: /^https?$/ })
  .max(fieldLimits.serviceAddress)
  .refine((text) => !new URL(text).username && !new URL(text).password, 'with a login');
/** A `trusted_root.json` or `root.json`. */
const document = z.string().min(1).max(fieldLimits.trustDocument);

/** An instance of one's own: the addresses of its services, and how its trusted root is known. */
const privateInstance = z.object({
  instance: z.literal('private'),
  fulcio: address,
  rekor: address,
  rekorVersion: z.union([z.literal(1), z.literal(2)]),
  /** Null: the log gives the time (version 1 only). */
  timestampAuthority: address.nullable().default(null),
  issuer: address,
  clientId: z.string().min(1).max(fieldLimits.clientId),
  trust: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file'), trustedRoot: document }),
    /** `root`: the `root.json` with which the mirror's first answer is believed. */
    z.object({ kind: z.literal('tuf'), mirror: address, root: document }),
  ]),
});

/** `public`: the public-good instance of the Sigstore project. */
export const sigstoreSchema = z.discriminatedUnion('instance', [
  z.object({ instance: z.literal('public') }),
  privateInstance,
]);
export type SigstoreSettings = z.output<typeof sigstoreSchema>;
