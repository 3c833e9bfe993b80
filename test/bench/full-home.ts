/** A home with much history, written through the store's own functions. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { sha256 } from '../../main/base/hash.ts';
import type { Pin } from '../../main/store/pins.ts';
import { Store } from '../../main/store/store.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { writeProfile } from '../../main/trust/profile.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import type { Bridge } from '../../preload/contract/bridge.ts';
import { launchStandin } from '../electron-standin/launch.ts';

/** How many messages each conversation has; together as many as the goal names. */
export const fullHome: readonly number[] = [20_000, 20_000, ...Array.from({ length: 300 }, () => 200)];

const words =
  'the registry keeps what it was given and nobody has to open a firewall for a sentence like this one'.split(
    ' ',
  );

/** Makes a home with the account of this computer, as a person does. */
export async function accountIn(home: string, browser: Browser): Promise<void> {
  const standin = await launchStandin({ browser, home });
  const [page] = await standin.windows(1);
  await page?.waitForFunction(() => 'dockercomms' in globalThis);
  const made = await page?.evaluate(() =>
    (globalThis as unknown as { dockercomms: Bridge }).dockercomms.call('accounts.create', {
      kind: 'this-computer',
      identity: 'me@bench.example',
    }),
  );
  if (made?.ok !== true) throw new Error('The account was not made.');
  await standin.close();
}

/** Fills the home of the one account that it has. Conversations are those of `person-0@bench.example` and so on. */
export function fillHome(home: string, sizes: readonly number[]): void {
  const store = Store.open(join(home, 'dockercomms.sqlite'));
  const [account] = store.accounts.list();
  if (account === undefined) throw new Error('The home has no account.');
  const now = Date.now();
  for (const [index, size] of sizes.entries()) {
    const identity = `person-${index}@bench.example`;
    const person = store.people.ensure(identity, now);
    store.people.update(person.id, { mailbox: account.repository });
    store.pins.set(pinOf(person.id, identity, account.repository, now));
    const conversation = store.conversations.ensure(account.id, person.id, 0);
    const message = (place: number) => {
      const own = place % 2 === 1;
      return {
        conversationId: conversation.id,
        direction: own ? ('outgoing' as const) : ('incoming' as const),
        wireId: randomUUID(),
        sessionId: conversation.id,
        author: own ? account.identity : identity,
        // A minute apart; the first conversation is the newest one.
        at: now - (size - place + index) * 60_000,
        state: own ? ('delivered' as const) : ('received' as const),
        kind: 'text' as const,
        text: sentence(place + index),
        ttlSeconds: 604_800,
        trust: 'signed' as const,
        repository: account.repository,
        digest: `sha256:${randomUUID().replaceAll('-', '').repeat(2)}`,
      };
    };
    store.messages.insert(Array.from({ length: size }, (_, place) => message(place)));
    store.conversations.markRead(conversation.id);
  }
  store.close();
}

/** The keys of a person with one device, as they were seen first. */
function pinOf(personId: string, identity: string, mailbox: string, now: number): Pin {
  const { verifying: key } = createSigningKey();
  const document = writeProfile(firstProfile(identity, { key, addedAt: new Date(now) }, [mailbox], now));
  return {
    ...{ personId, document, digest: sha256(document), signedBy: [key.fingerprint] },
    ...{ pinnedAt: now, verifiedAt: null, checkedAt: now },
    ...{ distrusted: [], change: null, dismissed: null, quieted: {} },
  };
}

function sentence(seed: number): string {
  const length = 3 + (seed % 17);
  return Array.from({ length }, (_, place) => words[(seed * 7 + place * 3) % words.length]).join(' ');
}
