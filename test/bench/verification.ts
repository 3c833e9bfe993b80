import { sha256 } from '../../main/base/hash.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { subjectOf, verifyBundle } from '../../main/trust/verify.ts';
import { someFields, someLayers } from '../protocol/messages.ts';
import { buildMessageManifest } from '../../main/protocol/message.ts';
import type { Goal } from './report.ts';

const messages = 1000;

/** What it costs to verify a thousand messages that a key signed: CPU time on this thread, nothing warmed up. */
export async function verificationGoal(): Promise<Goal> {
  const key = createSigningKey();
  const signed = await Promise.all(
    Array.from({ length: messages }, async (_, index) => {
      const manifest = buildMessageManifest({ ...someFields, filename: `file ${index}` }, someLayers(3));
      return { manifest, bundle: await keySigner(key).sign(sha256(manifest)) };
    }),
  );
  const before = process.cpuUsage();
  for (const { manifest, bundle } of signed) {
    const { state } = verifyBundle(subjectOf(manifest), bundle, { keys: [key.verifying] });
    if (state !== 'verified') throw new Error(`A message is ${state}.`);
  }
  const { user, system } = process.cpuUsage(before);
  const value = (user + system) / 1e6;
  return { text: `verifying ${messages} signed messages, CPU s (goal: under 1)`, value, holds: value < 1 };
}
