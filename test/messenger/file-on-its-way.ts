/** A file that stays on its way until a test lets it go on: what is done meanwhile does not depend on how fast a computer is. */
import { startRegistryProxy } from '../peers/registry-proxy.ts';
import { aliceId, bobId, type Resident, settle, startSwitchableRegistry } from './household.ts';
import { keyOf } from './keys.ts';

export interface FileOnItsWay {
  readonly alice: Resident;
  readonly bob: Resident;
  /** Of Alice's message. */
  readonly id: string;
  /** The rest of the file goes through, and everything else from now on. */
  readonly letGo: () => void;
}

/** Alice sends a file to Bob, of which only the first `chunks` come through. */
export async function fileOnItsWay(bytes: Uint8Array, chunks = 0): Promise<FileOnItsWay> {
  const registry = await startSwitchableRegistry();
  const held = Promise.withResolvers<null>();
  let room = Infinity;
  const { host } = await startRegistryProxy(registry.host, ({ method, url }) => {
    if (method !== 'PUT' || !url.includes('/blobs/uploads/')) return null;
    room -= 1;
    return room < 0 ? { after: held.promise } : null;
  });
  const [alice, bob] = [await settle(), await settle()];
  await alice.join(aliceId, `${host}/team/mail`);
  await bob.join(bobId, registry.mailbox);
  await bob.with(aliceId);
  await bob.ask('settings.update', { downloads: { automaticLimitBytes: 2 * bytes.length } });
  // Her profile is not to be held.
  await keyOf(alice);
  room = chunks;
  await alice.sendFiles(bobId, { 'big.bin': bytes });
  const { id } = await alice.awaits(bobId, { state: 'uploading' });
  const letGo = () => {
    room = Infinity;
    held.resolve(null);
  };
  return { alice, bob, id, letGo };
}
