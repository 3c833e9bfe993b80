import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A TUF repository on loopback that has one target, `trusted_root.json`. */
export interface TufMirror {
  readonly url: URL;
  /** `root.json`, as its operator would hand it out. */
  readonly root: Buffer;
  readonly requests: string[];
  /** Publishes another trusted root, signed by the mirror or (`forged`) by somebody else. */
  readonly publish: (trustedRoot: Uint8Array, how?: 'signed' | 'forged') => void;
  /** Publishes what was there first once more: an older state. */
  readonly rollBack: () => void;
  readonly stop: () => Promise<void>;
}

interface Key {
  readonly privateKey: KeyObject;
  readonly id: string;
  readonly hex: string;
}

export async function startTufMirror(trustedRoot: Uint8Array): Promise<TufMirror> {
  const [key, thief] = [makeKey(), makeKey()];
  const files = new Map<string, Uint8Array>();
  const root = signed(key, rootOf(key));
  let version = 0;
  const requests: string[] = [];
  const publish = (target: Uint8Array, how: 'signed' | 'forged' = 'signed') => {
    version += 1;
    publishVersion(files, how === 'signed' ? key : { ...thief, id: key.id }, target, version);
  };
  publish(trustedRoot);
  const first = new Map(files);
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    const content = files.get(path);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    root,
    requests,
    publish,
    rollBack() {
      for (const [name, content] of first) files.set(name, content);
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const expires = '2199-01-01T00:00:00Z';

function publishVersion(files: Map<string, Uint8Array>, key: Key, target: Uint8Array, version: number): void {
  const hash = createHash('sha256').update(target).digest('hex');
  const common = { expires, spec_version: '1.0.0', version };
  const targets = signed(key, {
    _type: 'targets',
    ...common,
    targets: { 'trusted_root.json': { hashes: { sha256: hash }, length: target.byteLength } },
  });
  const snapshot = signed(key, { _type: 'snapshot', ...common, meta: { 'targets.json': { version } } });
  const timestamp = signed(key, { _type: 'timestamp', ...common, meta: { 'snapshot.json': { version } } });
  files.set('targets.json', targets).set('snapshot.json', snapshot).set('timestamp.json', timestamp);
  files.set('targets/trusted_root.json', target);
}

function rootOf({ id, hex }: Key): object {
  const role = { keyids: [id], threshold: 1 };
  return {
    _type: 'root',
    consistent_snapshot: false,
    expires,
    keys: { [id]: { keytype: 'ed25519', keyval: { public: hex }, scheme: 'ed25519' } },
    roles: { root: role, snapshot: role, targets: role, timestamp: role },
    spec_version: '1.0.0',
    version: 1,
  };
}

function makeKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const hex = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
  return { privateKey, hex, id: createHash('sha256').update(hex).digest('hex') };
}

function signed({ privateKey, id }: Key, document: object): Buffer {
  const sig = sign(null, Buffer.from(canonical(document)), privateKey).toString('hex');
  return Buffer.from(JSON.stringify({ signatures: [{ keyid: id, sig }], signed: document }));
}

/** Canonical JSON, as far as these documents need it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
