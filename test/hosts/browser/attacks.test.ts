import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MiB } from '../../../main/base/limits.ts';
import { Served } from './served.ts';

let served: Served;
let cookie: string;

beforeEach(async () => {
  served = await Served.start();
  cookie = await served.enter();
});
afterEach(() => served.close());

describe('who gets in', () => {
  it('lets nobody in without the cookie', async () => {
    expect((await served.ask(served.room)).status).toBe(403);
    expect((await served.ask(`${served.room}assets/index-1.js`)).status).toBe(403);
    expect(await served.dial({ origin: served.origin })).toBe(403);
    const upload = { method: 'POST', headers: { origin: served.origin }, body: 'x' };
    expect((await served.ask(`${served.room}attachments?name=a`, upload)).status).toBe(403);
    expect(served.engine.received.size).toBe(0);
  });

  it('exchanges a one-time secret once: who finds it in the history gets nothing', async () => {
    const address = new URL(served.server.freshAddress());
    const first = await served.ask(address.pathname + address.search);
    const second = await served.ask(address.pathname + address.search);
    expect(first.status).toBe(303);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('gives a guessed secret nothing, whatever its length', async () => {
    for (const guess of ['', 'a', 'A'.repeat(43), 'A'.repeat(10_000), '%00', '%E0%A4%A']) {
      const reply = await served.ask(`${served.room}?key=${guess}`);
      expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined]);
    }
  });

  it('gives a guessed cookie nothing, and another name or a mere beginning neither', async () => {
    const [name = '', value = ''] = cookie.split('=');
    for (const guess of [
      `${name}=`,
      `${name}=${value.slice(1)}`,
      `${name}=${value}x`,
      `dockercomms=${value}`,
    ]) {
      expect((await served.ask(served.room, { headers: { cookie: guess } })).status).toBe(403);
    }
  });

  it('does not take the cookie for the one-time secret', async () => {
    expect((await served.ask(`${served.room}?key=${cookie.split('=')[1] ?? ''}`)).status).toBe(403);
  });

  it('hides the cookie from scripts, from other sites, and from other programs on other ports', async () => {
    const address = new URL(served.server.freshAddress());
    const [header = ''] = (await served.ask(address.pathname + address.search)).headers['set-cookie'] ?? [];
    expect(header).toMatch(/; HttpOnly/);
    expect(header).toMatch(/; SameSite=Strict/);
    expect(header).toContain(`dockercomms-${served.server.port}=`);
    // Cookies ignore ports: below a path that nobody else can know, no other port is sent it.
    expect(header).toContain(`; Path=${served.room};`);
    expect(served.room.length).toBeGreaterThan(16);
  });

  it('shows nothing outside the random path, not even with the cookie', async () => {
    for (const path of ['/', '/index.html', '/socket', '/guess/']) {
      expect((await served.ask(path, { headers: { cookie } })).status).toBe(404);
    }
  });
});

describe('DNS rebinding', () => {
  const names = [
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '127.0.0.1:PORT.evil.example',
    '[::1]:PORT',
    '0.0.0.0:PORT',
  ];

  it.each(names)('refuses Host %j although everything else fits', async (name) => {
    const host = name.replace('PORT', String(served.server.port));
    const reply = await served.ask(served.room, { headers: { cookie, host } });
    expect(reply.status).toBe(421);
    expect(await served.dial({ cookie, host, origin: `http://${host}` })).toBe(403);
  });

  it('refuses a secret that arrives under a foreign name', async () => {
    const address = new URL(served.server.freshAddress());
    const reply = await served.ask(address.pathname + address.search, { headers: { host: 'evil.example' } });
    expect([reply.status, reply.headers['set-cookie']]).toEqual([421, undefined]);
  });

  it('knows its two own names', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const host = `${name}:${served.server.port}`;
      expect((await served.ask(served.room, { headers: { cookie, host } })).status).toBe(200);
    }
  });
});

describe('other pages of the same browser', () => {
  const foreign = [
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'http://localhost',
    'app://dockercomms',
  ];

  it.each(foreign)('cannot open a WebSocket from %s', async (origin) => {
    expect(await served.dial({ cookie, origin })).toBe(403);
  });

  it('cannot open a WebSocket by leaving Origin out', async () => {
    expect(await served.dial({ cookie })).toBe(403);
  });

  it('cannot open a WebSocket from our other name', async () => {
    expect(await served.dial({ cookie, origin: `http://localhost:${served.server.port}` })).toBe(403);
  });

  it.each(foreign)('cannot post a form from %s', async (origin) => {
    const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await served.ask(`${served.room}attachments?name=a`, {
      method: 'POST',
      headers,
      body: 'a=b',
    });
    expect(reply.status).toBe(403);
    expect(served.engine.received.size).toBe(0);
  });

  it('cannot post without Origin', async () => {
    const reply = await served.ask(`${served.room}attachments?name=a`, {
      method: 'POST',
      headers: { cookie },
      body: 'x',
    });
    expect(reply.status).toBe(403);
  });

  it.each(['cross-site', 'same-site'])('cannot load anything as a %s request', async (site) => {
    const headers = { cookie, 'sec-fetch-site': site };
    for (const path of [served.room, `${served.room}assets/index-1.js`]) {
      expect((await served.ask(path, { headers })).status).toBe(403);
    }
  });

  it('cannot use a navigation to change anything', async () => {
    const headers = { cookie, origin: served.origin, 'sec-fetch-site': 'none' };
    expect((await served.ask(`${served.room}attachments?name=a`, { method: 'POST', headers })).status).toBe(
      403,
    );
  });

  it('cannot frame, sniff or be told about us', async () => {
    const { headers } = await served.ask(served.room, { headers: { cookie } });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('paths that lead elsewhere', () => {
  const paths = [
    '../secret.txt',
    'assets/../../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    'assets/%00.js',
    '/etc/passwd',
    '//etc/passwd',
    'index.html::$DATA',
    '.env',
    'assets/.hidden.js',
    '%ff',
  ];

  it.each(paths)('finds nothing at %s', async (path) => {
    const reply = await served.ask(served.room + path, { headers: { cookie } });
    expect(reply.status).toBe(404);
    expect(reply.body).not.toContain('the vault');
  });

  it('serves what belongs to the window, with its type', async () => {
    const reply = await served.ask(`${served.room}assets/index-1.js`, { headers: { cookie } });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  });
});

describe('messages over the WebSocket', () => {
  const closeCode = (data: string | Buffer) =>
    new Promise<number>((closed, failed) => {
      void served.dial({ cookie, origin: served.origin }).then((socket) => {
        if (typeof socket === 'number') {
          failed(new Error('refused'));
          return;
        }
        socket.once('close', closed);
        socket.send(data);
      });
    });

  it('ends a connection that sends an oversized message, before it is parsed', async () => {
    expect(await closeCode('x'.repeat(2 * MiB + 1))).toBe(1009);
    expect(served.engine.calls).toEqual([]);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"id":1}',
    '{"id":-1,"method":"a","input":{}}',
    '{"id":1,"method":"a","input":{},"x":1}',
  ])('ends a connection that sends %j', async (text) => {
    expect(await closeCode(text)).toBe(1008);
    expect(served.engine.calls).toEqual([]);
  });

  it('ends a connection that sends bytes', async () => {
    expect(await closeCode(Buffer.from([1, 2, 3]))).toBe(1008);
  });

  it('stops reading from a window with too many open calls, and answers them all in the end', async () => {
    const held: (() => void)[] = [];
    served.engine.answer = () => new Promise((resolve) => held.push(() => resolve(null)));
    const socket = await served.dial({ cookie, origin: served.origin });
    if (typeof socket === 'number') throw new Error('refused');
    let answers = 0;
    socket.on('message', () => (answers += 1));
    const input = 'x'.repeat(64 * 1024);
    for (let id = 0; id < 500; id += 1) socket.send(JSON.stringify({ id, method: 'app.status', input }));
    await expect.poll(() => held.length).toBeGreaterThanOrEqual(64);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(held.length).toBeLessThan(500);
    const release = setInterval(() => held.splice(0).forEach((resolve) => resolve()), 5);
    await expect.poll(() => answers).toBe(500);
    clearInterval(release);
    socket.terminate();
  });
});
