/**
 * The vault file: JSON, checked when read. Lists and not objects, so that a name can never be a key of JavaScript's.
 * Must-fail vectors: "the file" in test/vault/vault.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import { readJson } from '../base/json.ts';
import { createPrivateFile, replacePrivateFile } from './private-file.ts';

const text = z.string().min(1);
const vaultFileSchema = z.strictObject({
  version: z.literal(1),
  /** The vault's key, wrapped once by each slot. */
  slots: z.array(z.strictObject({ id: text, label: z.string(), wrapped: text })).min(1),
  /** Ids of slots that a person took the key away from: they do not get it again by themselves. */
  off: z.array(text).default([]),
  /** Secrets, sealed with the vault's key. */
  secrets: z.array(z.strictObject({ name: text, sealed: text })),
});
export type VaultFile = z.output<typeof vaultFileSchema>;

/** Null when there is no file. Fails `verification-failed` when it does not hold what we wrote, `storage`. */
export async function readVaultFile(path: string): Promise<VaultFile | null> {
  const content = await readOrNull(path);
  return content === null ? null : parseVaultFile(path, content);
}

export async function replaceVaultFile(path: string, file: VaultFile): Promise<void> {
  await replacePrivateFile(path, format(file)).catch((error: unknown) => {
    throw cannot('written', path, error);
  });
}

/** False when there is one already. */
export async function createVaultFile(path: string, file: VaultFile): Promise<boolean> {
  return createPrivateFile(path, format(file)).catch((error: unknown) => {
    throw cannot('made', path, error);
  });
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw cannot('read', path, error);
  }
}

function parseVaultFile(path: string, content: string): VaultFile {
  const checked = vaultFileSchema.safeParse(readJson(content));
  if (checked.success) return checked.data;
  throw new DockerCommsError(
    'verification-failed',
    `The vault file ${path} is damaged or was changed. It was left as it is: restore it from a backup.`,
    { detail: { file: path, reason: 'vault-damaged' } },
  );
}

function format(file: VaultFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function cannot(done: string, path: string, error: unknown): DockerCommsError {
  const cause = toDockerCommsError(error);
  return new DockerCommsError('storage', `The vault file ${path} cannot be ${done}. ${cause.message}`, {
    cause,
    detail: { file: path },
  });
}
