/** Asks a repository who signed a manifest. */
import type { DockerCommsError } from '../base/errors.ts';
import { candidateRounds, type Candidate, type CandidateOptions, type EvidencePlace } from './candidates.ts';
import type { Policy, Verdict } from './policy.ts';
import type { VerifyingKey } from './signing-key.ts';
import { unreadable, verifyParsed, type Subject } from './verify.ts';

export interface Evidence {
  readonly verdict: Verdict;
  /** The bundle that verified, to be kept: it proves the same without the registry. */
  readonly bundle: Uint8Array | null;
}

/**
 * Whether somebody whom `policy` believes signed `subject`: the first bundle beside it that verifies, those whose key
 * fits first. Where none does, a good signature by a stranger says more than a bad one, and that more than none.
 * Only `verified` is final. Fails as the registry does when that may be why nothing was found.
 */
export async function findEvidence(
  place: EvidencePlace,
  subject: Subject,
  policy: Policy,
  options: CandidateOptions = {},
): Promise<Evidence> {
  let best: Verdict = { state: 'pending' };
  let failure: DockerCommsError | undefined;
  for await (const { candidates, bad, failed } of candidateRounds(place, subject.digest, options)) {
    for (const { bytes, bundle } of likelyFirst(candidates, policy)) {
      const verdict = verifyParsed(subject, bundle, policy);
      if (verdict.state === 'verified') return { verdict, bundle: bytes };
      best = moreTelling(best, verdict);
    }
    for (const error of bad) best = moreTelling(best, unreadable(error));
    failure ??= failed[0];
  }
  if (failure !== undefined) throw failure;
  return { verdict: best, bundle: null };
}

/**
 * Which of `keys` signed `subject`, by their fingerprints: a profile is signed by several (protocol, section 6). Stops
 * when all did.
 */
export async function findSigners(
  place: EvidencePlace,
  subject: Subject,
  keys: readonly VerifyingKey[],
  options: CandidateOptions = {},
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let failure: DockerCommsError | undefined;
  for await (const { candidates, failed } of candidateRounds(place, subject.digest, options)) {
    for (const { bundle } of candidates) {
      const verdict = verifyParsed(subject, bundle, { keys });
      if (verdict.state === 'verified' && verdict.by.kind === 'key') found.add(verdict.by.fingerprint);
    }
    if (keys.every(({ fingerprint }) => found.has(fingerprint))) return found;
    failure ??= failed[0];
  }
  if (failure !== undefined) throw failure;
  return found;
}

function likelyFirst(candidates: readonly Candidate[], { keys, certificates = [] }: Policy): Candidate[] {
  const hints = new Set(keys.map(({ hint }) => hint));
  const isLikely = ({ bundle: { hint } }: Candidate) =>
    hint === null ? certificates.length > 0 : hints.has(hint);
  return [...candidates.filter(isLikely), ...candidates.filter((candidate) => !isLikely(candidate))];
}

const weights = { verified: 3, untrusted: 2, bad: 1, pending: 0 } as const satisfies Record<
  Verdict['state'],
  number
>;

function moreTelling(a: Verdict, b: Verdict): Verdict {
  return weights[b.state] > weights[a.state] ? b : a;
}
