import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import type { PersonTrust } from '../../preload/contract/people.ts';
import { isUnproven, trustMark, whyUnproven } from '../../renderer/conversation/trust-mark.ts';
import { words } from '../../renderer/locales/en.ts';
import { digitGroups } from '../../renderer/people/digit-groups.ts';
import { newAlarms, unreadTotal } from '../../renderer/state/arrivals.ts';
import { Client } from '../../renderer/state/client.svelte.ts';
import { answerableIn } from '../../renderer/state/originals.ts';
import { rowsOf } from '../../renderer/state/rows.ts';
import { qrPicture } from '../../renderer/ui/qr-path.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { text, type MessageOptions } from './preview/messages.ts';
import { sceneOf } from './preview/scenes.ts';
import { invitation } from './preview/links.ts';
import { safetyNumber } from './preview/trust.ts';

const calm: PersonTrust = {
  state: 'first-use',
  since: 1,
  change: null,
  ignored: 0,
  expired: false,
  untimely: null,
  certification: { by: [], others: [], problem: null },
};
const change = { kind: 'alarm', reason: null, at: 2, blocking: true } as const;
const bob: MessageOptions = { from: 'bob@example.com', at: 0 };
const client = () => new Client(new ScriptedBridge(sceneOf('trust')));

describe('the mark of a person', () => {
  it('says a change that stops sending before anything else, then a proof that ran out', () => {
    expect(trustMark({ ...calm, change, expired: true }).tone).toBe('alarm');
    expect(trustMark({ ...calm, state: 'verified', expired: true }).tone).toBe('warning');
    expect(trustMark({ ...calm, change: { ...change, kind: 'new-device', blocking: false } }).tone).toBe(
      'plain',
    );
  });

  it('is good only for whom somebody verified', () => {
    const tones = (['unknown', 'first-use', 'verified'] as const).map(
      (state) => trustMark({ ...calm, state }).tone,
    );
    expect(tones).toEqual(['open', 'plain', 'good']);
  });
});

describe('the mark of a message', () => {
  it('is on whatever came in and is not signed, and on nothing else', () => {
    const marked = (options: Partial<MessageOptions>) => isUnproven(text('a', { ...bob, ...options }));
    expect((['unsigned', 'foreign', 'bad'] as const).map((trust) => marked({ trust }))).toEqual([
      true,
      true,
      true,
    ]);
    expect(marked({ trust: 'signed' })).toBe(false);
    expect(marked({ trust: 'unsigned', own: true })).toBe(false);
  });

  it('is explained by the reason that is known, else by the usual one of its kind', () => {
    const { because } = words.trust.message;
    const why = (options: Partial<MessageOptions>) => whyUnproven(text('a', { ...bob, ...options }), 'Bob');
    expect(why({ trust: 'bad', trustReason: 'to-another-key' })).toBe(because['to-another-key']('Bob'));
    expect((['unsigned', 'foreign', 'bad'] as const).map((trust) => why({ trust }))).toEqual([
      because.unsigned('Bob'),
      because['unknown-key']('Bob'),
      because.signature('Bob'),
    ]);
  });
});

describe('rows', () => {
  const batch = (index: number) => ({ id: 'batch', index, count: 3 });

  it('never join what is proven with what only says that it belongs to it', () => {
    const rows = rowsOf([
      text('a', { ...bob, batch: batch(0) }),
      text('b', { ...bob, batch: batch(1), trust: 'unsigned' }),
      text('c', { ...bob, batch: batch(2), trust: 'unsigned', state: 'unverified' }),
    ]);
    expect(rows.map(({ messages }) => messages.length)).toEqual([1, 1, 1]);
    expect(rows.every(({ first, last }) => first && last)).toBe(true);
  });

  it('have keys of their own, however often one batch is claimed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('signed', 'unsigned', 'bad')), (trusts) => {
        const rows = rowsOf(trusts.map((trust) => text('a', { ...bob, batch: batch(0), trust })));
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      }),
    );
  });

  it('that are held back cannot be answered', () => {
    const [row] = rowsOf([text('', { ...bob, state: 'unverified', trust: 'bad' })]);
    expect(row && answerableIn(row)).toBeNull();
  });
});

describe('conversations', () => {
  it('are announced when a change begins to stop sending, once', async () => {
    const before = await client().call('conversations.list', {});
    const changed = before.map((conversation) =>
      conversation.id === 'talk-bob'
        ? { ...conversation, person: { ...conversation.person, trust: { ...calm, change } } }
        : conversation,
    );
    expect(newAlarms(before, changed).map(({ id }) => id)).toEqual(['talk-bob']);
    expect(newAlarms(changed, changed)).toEqual([]);
    // What was so at the start is no news.
    expect(newAlarms([], changed)).toEqual([]);
  });

  it('with somebody who is blocked count for nothing', async () => {
    const all = await client().call('conversations.list', {});
    const spam = all.filter(({ standing }) => standing === 'blocked').map((each) => ({ ...each, unread: 9 }));
    expect(spam).toHaveLength(1);
    expect(unreadTotal(spam)).toBe(0);
  });
});

describe('a QR code', () => {
  /** The modules that the path paints, enlarged, as a camera would see them. */
  function photograph(text: string): {
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array;
  } {
    const { size, path } = qrPicture(text);
    const scale = 4;
    const side = size * scale;
    const data = new Uint8Array(side * side * 4).fill(255);
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/gu)) {
      for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
        for (let column = Number(x) * scale; column < (Number(x) + Number(width)) * scale; column += 1) {
          data.set([0, 0, 0], (row * side + column) * 4);
        }
      }
    }
    return { width: side, height: side, data };
  }

  it.each([
    ['a safety number', safetyNumber.digits],
    ['an invitation', invitation],
    ['a long invitation', `${invitation}&${'x'.repeat(1000)}`],
  ])('of %s reads as what it was made of', (_, content) => {
    expect(decodeQR(photograph(content))).toBe(content);
  });

  it('refuses what none can hold', () => {
    expect(() => qrPicture('x'.repeat(4000))).toThrow();
  });
});

describe('a safety number', () => {
  it('is read in groups of five, and none is lost', () => {
    const groups = digitGroups(safetyNumber.digits);
    expect(groups).toHaveLength(12);
    expect(groups.join('')).toBe(safetyNumber.digits);
  });
});
