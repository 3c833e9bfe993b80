import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DockerCommsError } from '../../main/base/errors.ts';
import { KiB, limits, MiB } from '../../main/base/limits.ts';
import { readTagPage } from '../../main/oci/tag-page.ts';
import type { WireAnswer } from '../../main/oci/transport.ts';

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

function answerOf(pieces: Pieces, contentType = 'application/json'): WireAnswer {
  // In object mode, so that the pieces arrive as they were cut.
  const body: unknown = Readable.from(pieces);
  const url = new URL('https://r.example/v2/team/mail/tags/list');
  return {
    method: 'GET',
    url,
    status: 200,
    headers: { 'content-type': contentType },
    body: body as WireAnswer['body'],
  };
}

async function read(pieces: Pieces, contentType?: string, limit?: number): Promise<string[]> {
  const tags: string[] = [];
  for await (const group of readTagPage(answerOf(pieces, contentType), limit)) tags.push(...group);
  return tags;
}

const readText = (text: string) => read([Buffer.from(text, 'utf8')]);

/** `bytes`, cut at `cuts`. */
function* piecesAt(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut > start && cut < bytes.byteLength) yield bytes.subarray(start, (start = cut));
  }
  yield bytes.subarray(start);
}

/** Strings as they may be on a page: real tags, and anything else that is short enough. */
const tagStrings = fc.oneof(
  fc.stringMatching(/^\w[\w.-]{0,127}$/),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('tags', '"', '\\', '{"tags":["no"]}', '\u0000', '\ud800', 'ü🚢'),
);
/** Everything that JSON can say, put under names that are not `tags`. */
const otherMembers = fc.dictionary(
  fc.constantFrom('name', 'manifest', 'child', '', '__proto__'),
  fc.jsonValue(),
);

const pages = fc
  .record({
    before: otherMembers,
    tags: fc.option(fc.array(tagStrings, { maxLength: 40 })),
    after: otherMembers,
    indent: fc.constantFrom('', ' ', '\t', '\n'),
  })
  .map(({ before, tags, after, indent }) => ({
    tags: tags ?? [],
    text: textOf([...Object.entries(before), ['tags', tags], ...Object.entries(after)], indent),
  }));

/** Members may come twice, as they may on the wire. */
function textOf(members: readonly (readonly [string, unknown])[], indent: string): string {
  const lines = members.map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value, null, indent)}`,
  );
  return `${indent}{${indent}${lines.join(`${indent},`)}}${indent}`;
}

const pageSchema = z.object({ tags: z.array(z.string()).nullish() });

/** The tags of a page that is read whole; null where it is no page of tags. */
function readWhole(text: string): readonly string[] | null {
  try {
    return pageSchema.parse(JSON.parse(text)).tags ?? [];
  } catch {
    return null;
  }
}

describe('a page of tags', () => {
  it('gives the same tags however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(pages, fc.array(fc.nat(2000), { maxLength: 30 }), async ({ text, tags }, cuts) => {
        const bytes = Buffer.from(text, 'utf8');
        expect(await read(piecesAt(bytes, cuts))).toEqual(tags);
      }),
    );
  });

  it('gives the same tags byte by byte', async () => {
    await fc.assert(
      fc.asyncProperty(pages, async ({ text, tags }) => {
        const bytes = Buffer.from(text, 'utf8');
        expect(await read(piecesAt(bytes, [...bytes.keys()]))).toEqual(tags);
      }),
      { numRuns: 30 },
    );
  });

  it('means what it means when it is read whole, also with a character too many, too few or wrong', async () => {
    const damage = fc.record({
      at: fc.nat(),
      removed: fc.nat(1),
      added: fc.constantFrom(
        '',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '0',
        '-',
        'e',
        'n',
        ' ',
        '\n',
        '\u0001',
      ),
    });
    await fc.assert(
      fc.asyncProperty(pages, damage, async ({ text }, { at, removed, added }) => {
        const start = at % (text.length + 1);
        const damaged = (text.slice(0, start) + added + text.slice(start + removed)).toWellFormed();
        const whole = readWhole(damaged);
        const reading = readText(damaged);
        if (whole === null) await expect(reading).rejects.toMatchObject({ code: 'protocol' });
        else expect(await reading).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('only ever fails in our words, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (pieces) => {
        const reading = read(pieces).catch((error: unknown) => {
          if (!(error instanceof DockerCommsError)) throw error;
        });
        await reading;
      }),
    );
  });

  it('is refused when it was cut, wherever that was', async () => {
    const text = '{"name":"team/mail","tags":["a","b\\u0041"],"more":{"x":[1,true,null]}}';
    for (let length = 0; length < text.length; length += 1) {
      await expect(readText(text.slice(0, length))).rejects.toMatchObject({ code: 'protocol' });
    }
    expect(await readText(text)).toEqual(['a', 'bA']);
  });

  it('gives its tags before the rest has come', async () => {
    const rest = Promise.withResolvers<Uint8Array>();
    const beginning = Buffer.from(`{"name":"${'x'.repeat(256)}","tags":["a","b",`);
    async function* pieces() {
      yield beginning;
      yield await rest.promise;
    }
    const page = readTagPage(answerOf(pieces()));
    expect(await page.next()).toEqual({ done: false, value: ['a', 'b'] });
    rest.resolve(Buffer.from('"c"]}'));
    expect(await page.next()).toEqual({ done: false, value: ['c'] });
    expect(await page.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['the same tag many times', '{"tags":["a","a","a"]}', ['a', 'a', 'a']],
    ['the longest tag', `{"tags":["${'x'.repeat(128)}"]}`, ['x'.repeat(128)]],
    ['a tag of 129 characters, which is left out', `{"tags":["a","${'x'.repeat(129)}","b"]}`, ['a', 'b']],
    ['tags that are null', '{"name":"x","tags":null}', []],
    ['no tags', '{"name":"x"}', []],
    ['an error with status 200', '{"errors":[{"code":"UNKNOWN","detail":{"tags":["a"]}}]}', []],
    ['tags further inside', '{"more":{"tags":["no"]},"tags":["yes"]}', ['yes']],
    ['lists 32 deep', `{"more":${'['.repeat(31)}${']'.repeat(31)},"tags":["a"]}`, ['a']],
    ['a value that is called tags', '{"name":"tags","tags":["a"]}', ['a']],
    ['a name in escapes', '{"\\u0074ags":["a"]}', ['a']],
    ['the longest string beside the tags', `{"name":"${'\\u0041'.repeat(4 * KiB)}","tags":["a"]}`, ['a']],
    [
      'what Google adds',
      '{"child":[],"manifest":{"sha256:00":{"imageSizeBytes":"1","tag":["a"],"timeCreatedMs":"1"}},"tags":["a"]}',
      ['a'],
    ],
  ])('may have %s', async (_name, text, tags) => {
    expect(await readText(text)).toEqual(tags);
  });

  it.each([
    ['nothing', ''],
    ['blanks only', ' \n'],
    ['a list', '["a"]'],
    ['a string', '"tags"'],
    ['tags that are a string', '{"tags":"a"}'],
    ['tags that are an object', '{"tags":{"a":"b"}}'],
    ['a tag that is null', '{"tags":["a",null]}'],
    ['a tag that is a list', '{"tags":[["a"]]}'],
    ['a tag that is an object', '{"tags":[{"a":"b"}]}'],
    ['two lists of tags', '{"tags":["a"],"tags":["b"]}'],
    ['a list of tags after null', '{"tags":null,"tags":["b"]}'],
    ['a second document behind it', '{"tags":["a"]}{"tags":["b"]}'],
    ['junk behind it', '{"tags":["a"]} x'],
    ['a zero byte behind it', '{"tags":["a"]}\u0000'],
    ['a string over 4 KiB', `{"name":"${'x'.repeat(4 * KiB + 1)}","tags":[]}`],
    ['a name over 4 KiB', `{"${'x'.repeat(4 * KiB + 1)}":1,"tags":[]}`],
    ['lists 33 deep', `{"more":${'['.repeat(32)}${']'.repeat(32)},"tags":["a"]}`],
    ['a list that a brace closes', '{"tags":["a"}}'],
    ['text that is not JSON', 'tags: a, b'],
  ])('of %s is refused', async (_name, text) => {
    await expect(readText(text)).rejects.toMatchObject({ code: 'protocol' });
  });

  it.each([
    ['a string', '{"tags":["', 'x'],
    ['a string of escapes', '{"tags":["', '\\u0041'],
    ['a name', '{"', 'x'],
    ['a number', '{"size":', '1'],
    ['blanks', '{', ' '],
    ['blanks behind the page', '{"tags":["a"]}', '\n'],
    ['lists in lists', '{"more":', '['],
    ['objects in objects', '{"more":', '{"a":'],
  ])('with %s without end is refused early', async (_name, beginning, again) => {
    function* pieces() {
      yield Buffer.from(beginning);
      for (;;) yield Buffer.from(again.repeat(1000));
    }
    // Whoever waits for the end meets the cap of bytes.
    await expect(read(pieces(), undefined, MiB / 4)).rejects.toMatchObject({ code: 'protocol' });
  });

  it('is refused when its text is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"tags":["a'), Buffer.from([0xc3, 0x28]), Buffer.from('"]}')]);
    await expect(read([bytes])).rejects.toMatchObject({ code: 'protocol' });
  });

  it.each([
    ['its type', 'text/html; charset=utf-8', '{"tags":["a"]}'],
    ['how it begins', 'application/json', '  <!DOCTYPE html><html><body>Sign in</body></html>'],
  ])('that is a web page by %s is refused as one, also byte by byte', async (_name, type, text) => {
    const bytes = Buffer.from(text);
    const byBytes = await read(piecesAt(bytes, [...bytes.keys()]), type).catch((error: unknown) => error);
    const whole = await read([bytes], type).catch((error: unknown) => error);
    expect(whole).toMatchObject({ code: 'protocol', detail: { status: 200 } });
    expect(byBytes).toEqual(whole);
  });

  it('over the cap of bytes is refused, whatever the bytes say', async () => {
    const text = `{"more":[${'1,'.repeat(1000)}1],"tags":["a"]}`;
    expect(await read([Buffer.from(text)], undefined, text.length)).toEqual(['a']);
    await expect(read([Buffer.from(text)], undefined, text.length - 1)).rejects.toMatchObject({
      code: 'too-large',
      detail: { unit: 'bytes', limit: text.length - 1 },
    });
  });

  it('has room for a million of the longest tags', () => {
    const tags = limits.tagsListed * `"${'x'.repeat(limits.tagCharacters)}", `.length;
    expect(limits.tagPageBytes).toBeGreaterThanOrEqual(tags);
  });

  it('lets go of its body when nobody reads on', async () => {
    const answer = answerOf([Buffer.from('{"tags":["a"'.padEnd(300)), Buffer.from(',"b"]}')]);
    for await (const _tags of readTagPage(answer)) break;
    expect(answer.body.destroyed).toBe(true);
  });
});
