/** `dockercomms registry` with a listener for the network, on a loopback address that stands for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { registry, type RegistryOptions } from '../../../main/hosts/cli/commands/registry.ts';
import { CliContext } from '../../../main/hosts/cli/context.ts';
import { HttpClient } from '../../registry/http-client.ts';

async function serve(options: Partial<RegistryOptions>): Promise<{
  printed: readonly string[];
  ended: Promise<void>;
  interrupt: () => void;
}> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'dockercomms-registry-')));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const printed: string[] = [];
  const interrupted = new AbortController();
  const terminal = { out: (line: string) => printed.push(line), err: (line: string) => printed.push(line) };
  const context = new CliContext(terminal as unknown as CliContext['terminal'], interrupted.signal);
  const ended = registry(context, {
    ...{ listen: '127.0.0.1:0', share: 'mail', invite: [], revoke: [], data },
    ...options,
  });
  return { printed, ended, interrupt: () => interrupted.abort() };
}

test('lets somebody in who was invited, at the address and with the fingerprint that it prints', async () => {
  const { printed, ended, interrupt } = await serve({ network: '127.0.0.2:0', invite: ['bob'] });
  await expect.poll(() => printed.join('\n')).toMatch(/[0-9a-f]{64}/);
  const text = printed.join('\n');
  const password = /^bob: (\S+)/m.exec(text)?.[1] ?? '';
  const address = /127\.0\.0\.2:\d+(?=\/mail)/.exec(text)?.[0] ?? '';
  const login = Buffer.from(`bob:${password}`).toString('base64');
  const client = new HttpClient(`https://${address}`, {
    connect: { rejectUnauthorized: false },
    headers: { authorization: `Basic ${login}` },
  });
  expect((await client.ask('GET', '/v2/')).status).toBe(200);
  await client.close();
  interrupt();
  await ended;
});

test.each(['example.com:5443', '192.168.1.5', '192.168.1.5:99999', '1.2.3:1'])(
  'a network that is no address and port is refused: %s',
  async (network) => {
    const { ended } = await serve({ network });
    await expect(ended).rejects.toMatchObject({ code: 'invalid' });
  },
);

test('on another address than loopback nothing is served without TLS and a password', async () => {
  const { ended } = await serve({ listen: '0.0.0.0:5000' });
  await expect(ended).rejects.toMatchObject({ code: 'invalid' });
});
