import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SearchHit } from '../../main/store/search.ts';
import { readExcerpt, toFtsQuery } from '../../main/store/search-text.ts';
import { incomingText, insert, temporaryStore } from './temporary-store.ts';

function matchedWords(hit: SearchHit | undefined): readonly string[] {
  return hit?.matches.map(([start, end]) => hit.excerpt.slice(start, end)) ?? [];
}

const file = {
  ...{ name: 'Büro-Plan 2026.pdf', bytes: 1, mediaType: 'application/pdf', folder: false },
  ...{ sourcePath: null, sourceTemporary: false, sourceSize: null, sourceModifiedAt: null, savedPath: null },
};

describe('searching', () => {
  test('all words must match, the last one as a prefix; newest first', async () => {
    const { store, conversation } = await temporaryStore();
    const [one, two] = store.messages.insert([
      incomingText(conversation, { text: 'The registry is down again' }),
      incomingText(conversation, { text: 'Is our registry downtown?' }),
      incomingText(conversation, { text: 'The registry is up' }),
    ]);
    const found = (text: string) => store.search.query(text, 10).map(({ messageId }) => messageId);
    expect(found('registry down')).toEqual([two?.id, one?.id]);
    expect(found('down registry')).toEqual([one?.id]);
    expect(found('regis down')).toEqual([]);
    expect(store.search.query('registry', 2)).toHaveLength(2);
  });

  test('case and accents make no difference, and positions are those of the text as it was written', async () => {
    const { store, conversation } = await temporaryStore();
    const text = '🎉🎉 Où est le CAFÉ de Zoe\u0308, le café?';
    insert(store, incomingText(conversation, { text }));
    for (const query of ['cafe', 'CAFÉ', 'ou cafe', 'zoë cafe']) {
      const [hit] = store.search.query(query, 5);
      expect(hit?.excerpt).toBe(text);
      expect(matchedWords(hit)).toContain('CAFÉ');
    }
    expect(matchedWords(store.search.query('cafe', 5)[0])).toEqual(['CAFÉ', 'café']);
  });

  test('names of files are found by their parts', async () => {
    const { store, conversation } = await temporaryStore();
    const { id } = insert(store, incomingText(conversation, { kind: 'file', text: null, file }));
    for (const query of ['buro', 'plan 20', 'pdf', 'Büro-Plan']) {
      expect(store.search.query(query, 5)[0]).toMatchObject({ messageId: id, excerpt: file.name });
    }
  });

  test('the index follows changes and removals', async () => {
    const { store, conversation } = await temporaryStore();
    const { id } = insert(store, incomingText(conversation, { text: null, state: 'waiting' }));
    expect(store.search.query('late', 5)).toEqual([]);
    store.messages.update(id, { text: 'a late word', state: 'received' });
    expect(store.search.query('late', 5)).toHaveLength(1);
    store.messages.update(id, { text: 'another word' });
    expect(store.search.query('late', 5)).toEqual([]);
    expect(store.search.query('another', 5)).toHaveLength(1);
    store.conversations.remove(conversation.id);
    expect(store.search.query('another', 5)).toEqual([]);
  });

  test('an excerpt is short and shows the match, however long the message or its words', async () => {
    const { store, conversation } = await temporaryStore();
    const filler = 'lorem ipsum '.repeat(500);
    insert(store, incomingText(conversation, { text: `${filler}needle ${filler}` }));
    insert(store, incomingText(conversation, { text: `${'😀'.repeat(5000)}${'x'.repeat(9999)} needle` }));
    insert(store, incomingText(conversation, { text: `needle${'y'.repeat(200_000)}` }));
    const hits = store.search.query('needle', 5);
    expect(hits).toHaveLength(3);
    for (const hit of hits) {
      expect(hit.excerpt.length).toBeLessThanOrEqual(240);
      expect(hit.excerpt.isWellFormed()).toBe(true);
      expect(matchedWords(hit)[0]).toMatch(/^needle/);
    }
  });

  test('text that carries marks of its own moves no position', async () => {
    const { store, conversation } = await temporaryStore();
    const text = '\u0002evil\u0003 <b>word</b> \u0002';
    insert(store, incomingText(conversation, { text }));
    const [hit] = store.search.query('word', 5);
    expect(hit?.excerpt).toBe(text);
    expect(matchedWords(hit)).toEqual(['word']);
  });

  test.each([
    '"',
    '""',
    'a"b',
    "a'b",
    'a*',
    '*',
    '(',
    'a AND',
    'NOT a',
    'NEAR(a b)',
    'text:a',
    '-a',
    '^a',
    'a + b',
  ])('syntax is only text: %s', async (query) => {
    const { store, conversation } = await temporaryStore();
    insert(store, incomingText(conversation, { text: 'nothing of it' }));
    expect(store.search.query(query, 5)).toEqual([]);
  });

  test('no input throws', async () => {
    const { store, conversation } = await temporaryStore();
    insert(store, incomingText(conversation));
    const syntax = fc.constantFrom(
      '"',
      "'",
      '*',
      '(',
      ')',
      ':',
      '^',
      '-',
      '+',
      'AND',
      'OR',
      'NOT',
      'NEAR',
      '\0',
      ' ',
    );
    const input = fc.array(fc.oneof(syntax, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })));
    fc.assert(
      fc.property(input, (parts) => {
        expect(Array.isArray(store.search.query(parts.join(''), 5))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('every well-formed word that was written is found again', async () => {
    const { store, conversation } = await temporaryStore();
    const word = fc.stringMatching(/^[a-zäöüéа-яα-ω0-9]{1,20}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const { id } = insert(store, incomingText(conversation, { text: words.join(' ') }));
        const hits = store.search.query(words.toReversed().join('\t'), 1);
        expect(hits.map(({ messageId }) => messageId)).toEqual([id]);
        const [hit] = hits;
        expect(matchedWords(hit).length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});

test('a query is quoted words, at most sixteen of 64 units', () => {
  expect(toFtsQuery(' two  words ')).toBe('"two" "words" *');
  expect(toFtsQuery('!?… "" *')).toBeNull();
  expect(toFtsQuery('a '.repeat(50))?.match(/"a"/g)).toHaveLength(16);
  expect(toFtsQuery('b'.repeat(100))).toBe(`"${'b'.repeat(64)}" *`);
});

test('taking marks out gives the text back and where they were', () => {
  const marks = { open: '<', close: '>' };
  const plain = fc.stringMatching(/^[a-z ]{0,12}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(plain, plain), { maxLength: 8 }), plain, (pairs, tail) => {
      const marked = `${pairs.map(([before, match]) => `${before}<${match}>`).join('')}${tail}`;
      const { excerpt, matches } = readExcerpt(marked, marks);
      expect(excerpt).toBe(marked.replace(/[<>]/g, ''));
      expect(matches.map(([start, end]) => excerpt.slice(start, end))).toEqual(
        pairs.map(([, match]) => match),
      );
    }),
  );
});

test('an excerpt is never cut inside a character', () => {
  const marks = { open: '<', close: '>' };
  const faces = '😀'.repeat(500);
  for (const marked of [
    `<match> ${faces}`,
    ` <match> ${faces}`,
    `${faces}<match>`,
    `${faces} <match>${faces}`,
  ]) {
    const { excerpt, matches } = readExcerpt(marked, marks);
    expect(excerpt.isWellFormed()).toBe(true);
    expect(excerpt.length).toBeLessThanOrEqual(240);
    expect(matches.map(([start, end]) => excerpt.slice(start, end))).toEqual(['match']);
  }
});
