import { DockerCommsError } from '../../base/errors.ts';
import { passphraseSlot } from '../../vault/passphrase-slot.ts';
import type { VaultView } from '../../../preload/contract/vault.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function vaultRequests({ vault, context }: EngineServices): HandlersOf<'vault'> {
  const view = async (): Promise<VaultView> => ({ slots: await vault.slots(), openedBy: vault.openedBy });
  const changed = async (change: Promise<void>): Promise<VaultView> => {
    await change;
    context.events.emit({ type: 'vault.changed' });
    return view();
  };
  return {
    'vault.get': view,
    'vault.setPassphrase': ({ passphrase }) =>
      changed(vault.keepIn(passphraseSlot({ passphrase: () => Promise.resolve(passphrase) }))),
    'vault.useSlot': ({ slot }) => changed(vault.keepInKnown(slot)),
    'vault.removeSlot': ({ slot }) => changed(vault.keepOutOf(slot)),
    // While the home is locked, these three are answered by main/messenger/locked-engine.ts. Here another window was faster.
    'vault.unlock': () => null,
    'vault.tryAgain': () => null,
    'vault.beginAnew': () => {
      throw new DockerCommsError('conflict', 'Your keys and logins are open: none of them is given up.');
    },
  };
}
