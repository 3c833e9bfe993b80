import { writeFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DockerCommsError } from '../../../main/base/errors.ts';
import { attachmentDisposition } from '../../../main/hosts/browser/downloads.ts';
import type { SavedFile } from '../../../main/messenger/engine.ts';
import type { Answer } from '../../../preload/contract/answer.ts';
import { Served } from './served.ts';

let served: Served;
let cookie: string;

beforeEach(async () => {
  served = await Served.start();
  cookie = await served.enter();
});
afterEach(() => served.close());

async function post(path: string, body: string | Buffer = '', method = 'POST') {
  const reply = await served.ask(`${served.room}${path}`, { method, headers: served.own(cookie), body });
  return JSON.parse(reply.body) as Answer<Record<string, unknown>>;
}

describe('uploads', () => {
  it('streams a file into the engine under its name', async () => {
    const answer = await post('attachments?name=na%C3%AFve%20%E5%90%8D.txt', 'words');
    expect(answer).toMatchObject({ ok: true, value: { name: 'naïve 名.txt', bytes: 5 } });
    expect(served.engine.received.get('naïve 名.txt')?.toString()).toBe('words');
  });

  it('takes an empty file', async () => {
    expect(await post('attachments?name=empty', '')).toMatchObject({ ok: true, value: { bytes: 0 } });
  });

  it('takes a folder file by file', async () => {
    const begun = await post('attachments/folders?name=holiday');
    const id = begun.ok ? String(begun.value.id) : '';
    expect(await post(`attachments/folders/${id}?path=a%2Fb.txt`, 'b')).toMatchObject({ ok: true });
    expect(await post(`attachments/folders/${id}/finish`)).toMatchObject({
      ok: true,
      value: { folder: true },
    });
    expect(served.engine.received.get('holiday/a/b.txt')?.toString()).toBe('b');
    expect(await post(`attachments/folders/${id}/finish`)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
  });

  it('gives up a folder when asked, and when the host ends', async () => {
    const first = await post('attachments/folders?name=one');
    await post('attachments/folders?name=two');
    await post(`attachments/folders/${first.ok ? String(first.value.id) : ''}`, '', 'DELETE');
    expect(served.engine.aborted).toEqual(['one']);
    await served.server.close();
    expect(served.engine.aborted).toEqual(['one', 'two']);
  });

  it('refuses more bytes than the disk has, before they are sent', async () => {
    const headers = { ...served.own(cookie), 'content-length': String(2 ** 60), expect: '100-continue' };
    const reply = served.ask(`${served.room}attachments?name=a`, { method: 'POST', headers });
    await expect(reply.then(({ body }) => JSON.parse(body) as unknown)).resolves.toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });

  it('answers with the code of what failed, also while the page is still sending', async () => {
    served.engine.refuse = new DockerCommsError('too-large', 'Too large.');
    const answer = await post('attachments?name=a', Buffer.alloc(8 * 1024 * 1024));
    expect(answer).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('needs a name', async () => {
    expect(await post('attachments', 'x')).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });
});

describe('downloads', () => {
  async function saved(name: string, content: string): Promise<SavedFile> {
    const path = join(served.folder, 'saved');
    await writeFile(path, content);
    return { path, name, bytes: content.length, mediaType: 'text/html' };
  }

  it('sends a saved file once, as an attachment that is never shown as a page', async () => {
    const path = served.server.downloadPath(await saved('page.html', '<script>'));
    const first = await served.ask(path, { headers: { cookie } });
    expect([first.status, first.body]).toEqual([200, '<script>']);
    expect(first.headers['content-type']).toBe('application/octet-stream');
    expect(first.headers['content-disposition']).toMatch(/^attachment;/);
    expect(first.headers['content-security-policy']).toMatch(/^sandbox/);
    expect((await served.ask(path, { headers: { cookie } })).status).toBe(404);
  });

  it('sends an empty file', async () => {
    const path = served.server.downloadPath(await saved('empty', ''));
    expect(await served.ask(path, { headers: { cookie } })).toMatchObject({ status: 200, body: '' });
  });

  it('sends nothing to who was not let in, and keeps the address for who was', async () => {
    const path = served.server.downloadPath(await saved('a.txt', 'words'));
    expect((await served.ask(path)).status).toBe(403);
    expect((await served.ask(path, { headers: { cookie } })).status).toBe(200);
  });

  it('does not follow a link that took the place of the file', async () => {
    const path = join(served.folder, 'link');
    await symlink(join(served.folder, 'secret.txt'), path);
    const address = served.server.downloadPath({ path, name: 'a', bytes: 1, mediaType: 'text/plain' });
    expect((await served.ask(address, { headers: { cookie } })).status).toBe(404);
  });

  it('writes names as RFC 6266 and RFC 8187 say, and lets none break out of its quotes', () => {
    expect(attachmentDisposition('a.txt')).toBe(`attachment; filename="a.txt"; filename*=UTF-8''a.txt`);
    expect(attachmentDisposition(`na"ïve'\r\n(1).txt`)).toBe(
      `attachment; filename="na__ve'__(1).txt"; filename*=UTF-8''na%22%C3%AFve%27%0D%0A%281%29.txt`,
    );
    expect(attachmentDisposition('\ud800')).toContain("UTF-8''%EF%BF%BD");
  });
});

it('tells every window what happened', async () => {
  const sockets = await Promise.all([1, 2].map(() => served.dial({ cookie, origin: served.origin })));
  const told = sockets.map(
    (socket) =>
      new Promise((resolve) => {
        if (typeof socket !== 'number')
          socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString())));
      }),
  );
  served.engine.tell({ type: 'unread.changed', unread: 3 });
  expect(await Promise.all(told)).toEqual(
    [1, 2].map(() => ({ event: { type: 'unread.changed', unread: 3 } })),
  );
});
