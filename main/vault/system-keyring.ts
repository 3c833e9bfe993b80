import type { Keyring } from './keyring-slot.ts';

const service = 'DockerComms';
/** Milliseconds that a person has to unlock a keyring that asks them. */
const patience = 60_000;
/** On Linux only what outlives a restart: the kernel's own keyring, the library's second choice, does not. */
const options = { linux: { store: 'secret-service' } } as const;

/**
 * The system's keyring by its native library, which is loaded when this is called. Fails where there is no library for this
 * system, and with each question where there is no keyring.
 */
export async function systemKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return {
    get: async (name) =>
      (await new AsyncEntry(service, name, options).getPassword(AbortSignal.timeout(patience))) ?? null,
    set: (name, secret) =>
      new AsyncEntry(service, name, options).setPassword(secret, AbortSignal.timeout(patience)),
    delete: async (name) => {
      await new AsyncEntry(service, name, options).deleteCredential(AbortSignal.timeout(patience));
    },
  };
}
