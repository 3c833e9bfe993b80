import { randomBytes } from 'node:crypto';
import { sha256 } from '../../main/base/hash.ts';
import { MiB } from '../../main/base/limits.ts';
import type { Capability } from '../../main/oci/capabilities.ts';
import { blobOf } from './contract.ts';
import { openScripted } from './scripted.ts';
import {
  ociError,
  scriptedRegistry,
  type ScriptedAnswer,
  type SeenRequest,
} from '../peers/scripted-registry.ts';

const uploads = '/v2/team/mail/blobs/uploads/';

/** A blob that takes three pieces of 4 MiB. */
export const large = blobOf(randomBytes(9 * MiB + 5));

export interface PieceQuirks {
  /** How the whole in one request is answered. */
  readonly whole?: ScriptedAnswer;
  /** How the first answers to a PATCH differ from what they should be, each with the bytes that are kept all the same. */
  readonly patches?: readonly (ScriptedAnswer & { readonly keeps?: number })[];
  readonly opening?: Readonly<Record<string, string>>;
  /** Forgets every piece but the first, as ECR does. */
  readonly loses?: boolean;
  /** Leaves out the Range header. */
  readonly silent?: boolean;
}

/** A registry that takes pieces, in the manner of distribution: whatever a PATCH carries is appended. */
export async function registryWithPieces({
  whole = { status: 413 },
  patches = [],
  opening = {},
  loses,
  silent,
}: PieceQuirks = {}) {
  const peer = await scriptedRegistry();
  const state = { kept: Buffer.alloc(0), opened: 0, stored: null as Buffer | null };
  const left = [...patches];
  const where = () => `/upload/${state.opened}?at=${state.kept.byteLength}`;
  const range = () => `0-${Math.max(0, state.kept.byteLength - 1)}`;
  peer.always('POST', uploads, () => {
    state.opened += 1;
    state.kept = Buffer.alloc(0);
    return { status: 202, headers: { location: where(), ...opening } };
  });
  peer.always('PATCH', /^\/upload\//, ({ body }: SeenRequest): ScriptedAnswer => {
    const { keeps = body.byteLength, ...quirk } = left.shift() ?? {};
    const keep = loses === true && state.kept.byteLength > 0 ? 0 : keeps;
    state.kept = Buffer.concat([state.kept, body.subarray(0, keep)]);
    const claimed = loses === true ? {} : { range: range() };
    return { status: 202, headers: { location: where(), ...(silent !== true && claimed) }, ...quirk };
  });
  peer.always('GET', /^\/upload\//, () => ({ status: 204, headers: { location: where(), range: range() } }));
  peer.always('DELETE', /^\/upload\//, { status: 204 });
  peer.always('PUT', /^\/upload\//, ({ body, query }: SeenRequest): ScriptedAnswer => {
    if (body.byteLength > 0 && state.kept.byteLength === 0) return whole;
    const stored = Buffer.concat([state.kept, body]);
    if (sha256(stored) !== query.get('digest')) return { status: 400, body: ociError('DIGEST_INVALID') };
    state.stored = stored;
    return { status: 201 };
  });
  peer.always('HEAD', /\/blobs\/sha256:/, () => ({ status: state.stored === null ? 404 : 200 }));
  const repository = openScripted(peer.host);
  const push = () => repository.pushBlob(large.bytes, large);
  const stateOf = (name: Capability) => repository.capabilities.report(name).state;
  const patchRanges = () =>
    peer.requests.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']);
  return { peer, repository, state, push, stateOf, patchRanges };
}
