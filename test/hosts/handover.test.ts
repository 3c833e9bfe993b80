import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Brought, nothingBrought } from '../../main/hosts/brought.ts';
import { handOn } from '../../main/hosts/electron/second-start.ts';
import { askOwner, offerHandover } from '../../main/hosts/handover.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dockercomms-handover-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const address = 'http://127.0.0.1:4000/room_-1/?key=a-B_9';

describe.runIf(process.platform !== 'win32')('a second start on the same home', () => {
  it('is answered by the owner, each time anew', async () => {
    let asked = 0;
    const end = await offerHandover(home, () => ({ host: 'browser', address: `${address}${(asked += 1)}` }));
    expect(await askOwner(home)).toEqual({ host: 'browser', address: `${address}1` });
    expect(await askOwner(home)).toEqual({ host: 'browser', address: `${address}2` });
    await end();
    expect(await askOwner(home)).toBeNull();
  });

  it('hands on what it was started with, however much that is', async () => {
    const seen: Brought[] = [];
    const end = await offerHandover(home, (brought) => {
      seen.push(brought);
      return { host: 'electron' };
    });
    const files = Array.from({ length: 900 }, (_, index) => join(home, `${'long '.repeat(40)}${index}`));
    await askOwner(home, { link: null, files });
    await askOwner(home, { link: 'dockercomms:invite?v=1', files: [] });
    await askOwner(home);
    expect(seen).toEqual([
      { link: null, files },
      { link: 'dockercomms:invite?v=1', files: [] },
      nothingBrought,
    ]);
    await end();
  });

  it('waits for an owner that is only just starting, and hands on once', async () => {
    const link = 'dockercomms:invite?v=1';
    const handed = handOn(home, { link, files: [] });
    // Asked behind the first question: that one found nobody either.
    expect(await askOwner(home)).toBeNull();
    const seen: Brought[] = [];
    const end = await offerHandover(home, (brought) => {
      seen.push(brought);
      return { host: 'electron' };
    });
    await handed;
    expect(seen).toEqual([{ link, files: [] }]);
    await end();
  });

  it.each([
    ['a path that depends on where one stands', '{"link":null,"files":["plan.txt"]}'],
    ['an address that is no link of ours', '{"link":"https://evil.example/","files":[]}'],
    ['something more', '{"link":null,"files":[],"home":"/"}'],
    ['no JSON', 'show'],
    ['an HTTP request', 'GET / HTTP/1.1\r\n\r'],
  ])('is not answered with %s', async (_title, question) => {
    const end = await offerHandover(home, () => ({ host: 'browser', address }));
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(join(home, 'control.sock'), () => socket.write(`${question}\n`));
      socket.on('data', (piece) => (text += piece.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toBe('');
    await end();
  });

  it('takes over from an owner that was killed', async () => {
    writeFileSync(join(home, 'control.sock'), '');
    const end = await offerHandover(home, () => ({ host: 'electron' }));
    expect(await askOwner(home)).toEqual({ host: 'electron' });
    await end();
  });

  it('asks through a socket that only the owner may use', async () => {
    const end = await offerHandover(home, () => ({ host: 'electron' }));
    expect(statSync(join(home, 'control.sock')).mode & 0o777).toBe(0o600);
    await end();
  });

  const foreign: Readonly<Record<string, string>> = {
    'another site': '{"host":"browser","address":"https://evil.example/"}',
    'a name that begins like ours': '{"host":"browser","address":"http://127.0.0.1.evil.example:1/"}',
    'a file': '{"host":"browser","address":"file:///etc/passwd"}',
    'no address': '{"host":"browser"}',
    'no JSON': 'hello',
    'no end': 'x'.repeat(10_000),
  };
  it.each(Object.entries(foreign))('does not believe an owner that answers with %s', async (_name, text) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end(text);
    });
    await new Promise<void>((listening) => server.listen(join(home, 'control.sock'), listening));
    expect(await askOwner(home)).toBeNull();
    await new Promise((closed) => server.close(closed));
  });

  it('does without where no socket can be made, and says so', async () => {
    mkdirSync(join(home, 'control.sock'));
    const problems: unknown[] = [];
    const end = await offerHandover(
      home,
      () => ({ host: 'electron' }),
      (error) => problems.push(error),
    );
    expect(problems).toHaveLength(1);
    expect(await askOwner(home)).toBeNull();
    await end();
  });

  it('does without where the path is too long for a socket', async () => {
    const far = join(home, 'x'.repeat(120));
    const end = await offerHandover(far, () => ({ host: 'electron' }));
    expect(await askOwner(far)).toBeNull();
    await end();
  });
});
