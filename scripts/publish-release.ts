/**
 * Publishes a release into an OCI repository, signed with the release key (docs/releases.md):
 *
 *   node scripts/publish-release.ts --repo R --key FILE [--channel stable] [--percent 100] [--starts-at RFC3339] FILE…
 *
 * The same again with a larger share goes on with its roll-out, with 0 stops it: files that are there are not sent again.
 * The login is found as the command line finds it: DOCKERCOMMS_USERNAME and DOCKERCOMMS_PASSWORD, else the home's, else Docker's or
 * Podman's. A key with a passphrase takes it from DOCKERCOMMS_RELEASE_KEY_PASSPHRASE.
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CliContext } from '../main/hosts/cli/context.ts';
import { processTerminal } from '../main/hosts/cli/terminal.ts';
import { openSigningKey, type SigningKey } from '../main/trust/signing-key.ts';
import { keySigner } from '../main/trust/signer.ts';
import { publishRelease } from '../main/updates/publish.ts';
import { readFileName } from './packaging/release-files.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repo: { type: 'string' },
    key: { type: 'string' },
    channel: { type: 'string', default: 'stable' },
    percent: { type: 'string', default: '100' },
    'starts-at': { type: 'string' },
  },
});

async function releaseKey(path: string): Promise<SigningKey> {
  const passphrase = process.env.DOCKERCOMMS_RELEASE_KEY_PASSPHRASE ?? '';
  const key = createPrivateKey({ key: await readFile(path), ...(passphrase !== '' && { passphrase }) });
  return openSigningKey(key.export({ format: 'der', type: 'pkcs8' }));
}

function onlyVersion(files: readonly { readonly version: string }[]): string {
  const versions = new Set(files.map(({ version }) => version));
  const [version, ...others] = versions;
  if (version === undefined || others.length > 0) throw new Error('Name the files of exactly one version.');
  return version;
}

const { repo, key, channel } = values;
if (repo === undefined || key === undefined) throw new Error('--repo and --key are needed.');
const files = positionals.map((path) => ({
  ...readFileName(path),
  content: async () => new Uint8Array(await readFile(path)),
}));
const version = onlyVersion(files);
const createdAt = new Date();
const startsAt = values['starts-at'] === undefined ? createdAt : new Date(values['starts-at']);
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

const context = new CliContext(processTerminal, interrupted.signal);
try {
  const repository = await context.repository({ repo });
  const rollout = { percent: Number(values.percent), startsAt };
  const release = { version, channel, createdAt, rollout, files };
  const digest = await publishRelease(
    repository,
    release,
    keySigner(await releaseKey(key)),
    interrupted.signal,
  );
  console.log(`${version} is in ${channel} for ${values.percent} %: ${repo}@${digest}`);
} finally {
  await context.close();
}
