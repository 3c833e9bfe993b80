import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import type { KeySlot } from './key-slot.ts';
import { generateKey, keyBytes, keyPurpose, seal, unseal } from './sealing.ts';

/**
 * Something of the system's that keeps a slot's own key: what it hands out is a receipt that goes into the vault file, and
 * brings the key back. A keyring keeps the key under a name; safe storage hands out the key itself, encrypted.
 */
export interface KeyKeeper {
  readonly id: string;
  readonly label: string;
  /** As a slot's. */
  readonly protects?: boolean;
  /** Whether it is there, answers, and protects anything. Never fails. */
  available(): Promise<boolean>;
  /** Keeps a key: this one, or one that it kept for this vault before. Fails `storage`. */
  keep(fresh: string): Promise<{ readonly kept: string; readonly receipt: string }>;
  /** What it kept; null: it is gone. Fails `storage` when it cannot be asked, `auth` when it cannot read its own receipt. */
  fetch(receipt: string): Promise<{ readonly kept: string; readonly isStale: boolean } | null>;
  /** Throws away what it kept for this vault. */
  readonly forget?: () => Promise<void>;
}

/** `<receipt>:<JWE>`, the receipt in base64url. */
const wrappedPattern = /^([A-Za-z0-9_-]+):([A-Za-z0-9_.-]+)$/;

/**
 * Keeps the vault's key closed with a random key that the system keeps. The system's own encryption is not relied on to
 * notice changes: that is the seal's part, which is the same for all slots.
 */
export function keeperSlot(keeper: KeyKeeper): KeySlot {
  return {
    id: keeper.id,
    label: keeper.label,
    ...(keeper.protects !== undefined && { protects: keeper.protects }),
    available: () => keeper.available(),
    ...(keeper.forget && { forget: keeper.forget }),
    wrap: async (key) => {
      const { kept, receipt } = await keeper.keep(Buffer.from(generateKey()).toString('base64url'));
      const sealed = await seal(key, keyFrom(kept, keeper), keyPurpose);
      return `${Buffer.from(receipt).toString('base64url')}:${sealed}`;
    },
    unwrap: async (wrapped) => {
      const [, receipt, sealed] = wrappedPattern.exec(wrapped) ?? [];
      if (receipt === undefined || sealed === undefined) throw changed(keeper);
      const found = await keeper.fetch(Buffer.from(receipt, 'base64url').toString());
      if (found === null) throw lost(keeper);
      return { key: await unseal(sealed, keyFrom(found.kept, keeper), keyPurpose), isStale: found.isStale };
    },
  };
}

function keyFrom(kept: string, keeper: KeyKeeper): Uint8Array {
  const key = Buffer.from(kept, 'base64url');
  if (key.byteLength === keyBytes) return key;
  throw lost(keeper);
}

function lost({ label }: KeyKeeper): DockerCommsError {
  return new DockerCommsError('auth', `${label} no longer has the key that it kept.`);
}

function changed({ label }: KeyKeeper): DockerCommsError {
  return new DockerCommsError('verification-failed', `What ${label} protects has been changed.`);
}

/** For keepers: what the system says when it fails, without what it was asked for. */
export function cannotAsk(label: string, cause: unknown): DockerCommsError {
  if (isDockerCommsError(cause, 'storage')) return cause;
  return new DockerCommsError('storage', `${label} cannot be asked.`, { cause });
}
