import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../main/hosts/log.ts';
import { redact } from '../../main/hosts/redaction.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dockercomms-log-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const log = () => readFileSync(join(home, 'logs/dockercomms.log'), 'utf8');

describe('no secret reaches the log', () => {
  const secret = 'S3cret-value-7f1c';
  const cases: Readonly<Record<string, (logger: ReturnType<typeof openLog>) => void>> = {
    'a field': (logger) => logger.info({ password: secret }, 'x'),
    'a field far inside': (logger) =>
      logger.info({ a: { b: [{ credentials: { username: 'u', password: secret } }] } }, 'x'),
    'a list': (logger) => logger.info({ headers: { 'set-cookie': [secret, secret] } }, 'x'),
    'a header': (logger) => logger.info({ headers: { Authorization: `Basic ${secret}` } }, 'x'),
    'raw headers': (logger) => logger.info({ raw: ['authorization', `Bearer ${secret}`] }, 'x'),
    'a registry token': (logger) => logger.info({ access_token: secret, refreshToken: secret }, 'x'),
    'a body that is quoted': (logger) => logger.info({ body: JSON.stringify({ token: secret }) }, 'x'),
    'an address with a login': (logger) => logger.info({ url: `https://user:${secret}@r.example/v2/` }, 'x'),
    'a signed address in a sentence': (logger) =>
      logger.info({}, `GET https://b.example/x?X-Amz-Signature=${secret}&y=1 failed`),
    'a one-time address': (logger) => logger.info({}, `http://127.0.0.1:1/room/?key=${secret}`),
    'an error with a cause': (logger) =>
      logger.error(
        {
          err: new Error(`GET https://u:${secret}@r.example`, {
            cause: new Error(`POST /token?service=r&token=${secret}`),
          }),
        },
        'x',
      ),
    'what a child logger carries': (logger) => logger.child({ passphrase: secret }).info({}, 'x'),
  };

  it.each(Object.entries(cases))('%s', (_name, write) => {
    write(openLog(home));
    expect(log()).toContain('"msg":');
    expect(log()).not.toContain(secret);
  });

  it('any password, whatever it is made of, at any depth', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'binary' }), fc.nat(4), (password, depth) => {
        const marked = `«${password}»`;
        let facts: object = { password: marked };
        for (let level = 0; level < depth; level += 1) facts = { inner: facts, list: [facts] };
        const line = redact(JSON.stringify(facts));
        expect(line).not.toContain('«');
        expect(() => JSON.parse(line) as unknown).not.toThrow();
      }),
    );
  });

  it('keeps what is no secret', () => {
    openLog(home).info(
      { url: 'https://r.example/v2/a/b?n=100', digest: 'sha256:00', username: 'u' },
      'looked',
    );
    expect(JSON.parse(log())).toMatchObject({
      url: 'https://r.example/v2/a/b?n=100',
      digest: 'sha256:00',
      username: 'u',
      msg: 'looked',
    });
  });
});

describe('the file', () => {
  it('is readable by its owner only', () => {
    openLog(home).info({}, 'x');
    if (process.platform !== 'win32')
      expect(statSync(join(home, 'logs/dockercomms.log')).mode & 0o777).toBe(0o600);
  });

  it('does not grow for ever: a full one becomes the only old one', () => {
    const logger = openLog(home);
    const filling = 'x'.repeat(1024 * 1024);
    for (let line = 0; line < 14; line += 1) logger.info({ filling }, 'x');
    const sizes = ['', '.1'].map((suffix) => statSync(join(home, `logs/dockercomms.log${suffix}`)).size);
    for (const size of sizes) expect(size).toBeLessThan(6 * 1024 * 1024);
  });
});
