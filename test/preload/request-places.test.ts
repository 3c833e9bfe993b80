import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requests } from '../../preload/contract/requests.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Groups of names that have no file of their own. */
const guests: Readonly<Record<string, string>> = {
  attachments: 'messages',
  folders: 'settings',
  invites: 'identity',
  links: 'brought',
};

/** `localNetwork.open` stands in `local-network.ts`. */
function fileOf(name: string): string {
  const [group = ''] = name.split('.');
  return `${(guests[group] ?? group).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
}

/** Names that the file has as a key: so stand declarations and handlers. */
const keysIn = (path: string) =>
  new Set([...read(path).matchAll(/[ {]'(\w+\.\w+)': /g)].map(([, key]) => key));

describe('from the name of a request', () => {
  const names = Object.keys(requests);

  test.each(['preload/contract', 'main/messenger/requests'])('its file in %s follows', (folder) => {
    expect(names).not.toEqual([]);
    const elsewhere = names.filter((name) => !keysIn(`${folder}/${fileOf(name)}`).has(name));
    expect(elsewhere).toEqual([]);
  });

  test.each(['ARCHITECTURE.md', 'preload/contract/requests.ts'])(
    '%s says which group is a guest where',
    (path) => {
      const text = read(path).replaceAll(/\n( \* ?)?/g, ' ');
      for (const [group, host] of Object.entries(guests)) {
        expect(text).toMatch(new RegExp(`\`${group}\\.…\`[^\`]* with the ${host}`));
      }
    },
  );
});
