/** Sets one secret again and again until it is ended. Argument: the folder. Prints a line for each. */
import { join } from 'node:path';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import { Vault } from '../../main/vault/vault.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('the folder is missing');
const slot = { ...keyFileSlot(join(folder, 'first')), id: 'first' };
const vault = await Vault.open({ path: join(folder, 'vault.json'), slots: [slot] });
for (let index = 0; ; index += 1) {
  await vault.set('name', `value ${index} ${'x'.repeat(100_000)}`);
  process.stdout.write('set\n');
}
