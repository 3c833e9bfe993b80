import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRegistry } from '../../../main/registry/server.ts';
import {
  identityToken,
  signingConfigOf,
  tokenIssuer,
  type SigstoreServices,
} from '../../peers/sigstore-instance.ts';
import { sigstoreServices } from '../../peers/sigstore-services.ts';
import { inputs, sitDown, type Terminalist } from './household.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';
const hello = join(inputs, 'hello.txt');

/** A registry, an instance of Sigstore, and a build job that has a token and neither home nor key. */
async function job(token = identityToken()) {
  const person = await sitDown();
  const registry = await startRegistry({ folder: join(person.folder, 'registry'), port: 0 });
  onTestFinished(() => registry.close());
  const services = await sigstoreServices();
  const config = join(person.folder, 'signing_config.json');
  await writeFile(config, signingConfigOf(services));
  person.environment.SIGSTORE_ID_TOKEN = token;
  const repo = `${registry.host}/mail`;
  const send = (identity: string, ...more: string[]) =>
    person.run(
      'send',
      hello,
      '--repo',
      repo,
      '--recipient',
      bob,
      '--identity',
      identity,
      '--signing-config',
      config,
      '--json',
      ...more,
    );
  return { person, services, repo, send };
}

async function rootFile(person: Terminalist, { trustedRoot }: Pick<SigstoreServices, 'trustedRoot'>) {
  const path = join(person.folder, 'trusted_root.json');
  await writeFile(path, trustedRoot);
  return path;
}

describe('signing publicly from a command line', () => {
  it('takes the machine’s token, and a reader verifies it offline with the trusted root', async () => {
    const { person, services, repo, send } = await job();
    const sent = await send(alice);
    expect(sent).toMatchObject({ exitCode: 0, err: '' });
    expect(existsSync(join(person.folder, 'home', 'vault.json'))).toBe(false);
    const reader = await sitDown();
    const root = await rootFile(reader, services);
    const asked = services.requests.length;
    const out = join(reader.folder, 'out');
    const recv = await reader.run(
      ...['recv', '--repo', repo, '--me', bob, '--out', out, '--json'],
      ...['--trusted-root', root, '--issuer', tokenIssuer],
    );
    expect(recv.exitCode).toBe(0);
    expect(recv.json()).toMatchObject({ received: [{ sender: alice, verified: true }], rejected: [] });
    const digest = String(sent.json().digest);
    const verify = await reader.run(
      ...['verify', '--repo', repo, '--digest', digest, '--json'],
      ...['--trusted-root', root, '--identity', alice, '--issuer', tokenIssuer],
    );
    expect(verify.json()).toMatchObject({
      verified: true,
      signedBy: { kind: 'certificate', identity: alice, issuer: tokenIssuer },
    });
    expect(services.requests).toHaveLength(asked);
  });

  it('writes nothing for another person, another issuer, or without a trusted root that is one', async () => {
    const { services, repo, send } = await job();
    await send(alice);
    const reader = await sitDown();
    const root = await rootFile(reader, services);
    const other = join(reader.folder, 'other.json');
    await writeFile(other, (await sigstoreServices()).trustedRoot);
    const out = join(reader.folder, 'out');
    const recv = (...more: string[]) =>
      reader.run('recv', '--repo', repo, '--me', bob, '--out', out, '--json', ...more);
    const refused: readonly (readonly string[])[] = [
      [],
      ['--trusted-root', root, '--issuer', 'https://login.example.org'],
      ['--trusted-root', root, '--issuer', tokenIssuer, '--identity', 'mallory@example.com', '--from', alice],
      ['--trusted-root', other, '--issuer', tokenIssuer],
    ];
    for (const more of refused) expect(await recv(...more)).toMatchObject({ exitCode: 2 });
    for (const more of [
      ['--trusted-root', hello, '--issuer', tokenIssuer],
      ['--trusted-root', root],
      ['--issuer', tokenIssuer, '--identity', alice],
    ]) {
      expect(await recv(...more)).toMatchObject({ exitCode: 1, out: '' });
    }
    expect(existsSync(out) ? await readdir(out) : []).toEqual([]);
  });

  it('signs nothing when the token is somebody else’s, or there is none', async () => {
    const { services, repo, send, person } = await job(identityToken('mallory@example.com'));
    expect(await send(alice)).toMatchObject({ exitCode: 3, out: '' });
    expect(services.requests).toEqual(['/api/v2/signingCert']);
    person.environment.SIGSTORE_ID_TOKEN = undefined;
    person.environment.ACTIONS_ID_TOKEN_REQUEST_URL = undefined;
    const ran = await send(alice);
    expect(ran).toMatchObject({ exitCode: 3, out: '' });
    expect(ran.err).toContain('SIGSTORE_ID_TOKEN');
    expect((await person.run('list', '--repo', repo, '--json')).json()).toMatchObject({ messages: [] });
    expect(await send(alice, '--no-sign')).toMatchObject({ exitCode: 1 });
  });

  it('never prints the token', async () => {
    const token = identityToken('mallory@example.com');
    const ran = await (await job(token)).send(alice);
    expect(`${ran.out}${ran.err}`).not.toContain(token.slice(0, 20));
  });
});
