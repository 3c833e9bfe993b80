/** The services of one's own that sign publicly, as somebody fills them in. Pure. */
import type { SigstoreSettings } from '../../preload/contract/sigstore.ts';
import { words } from '../locales/en.ts';

type OwnSettings = Extract<SigstoreSettings, { instance: 'private' }>;

/** Everything as it is typed; `document` is the text of the file that was chosen. */
export interface OwnInstance {
  fulcio: string;
  rekor: string;
  rekorVersion: '1' | '2';
  timestampAuthority: string;
  issuer: string;
  clientId: string;
  trust: 'file' | 'tuf';
  mirror: string;
  document: string;
}

/** Of each field that cannot stay as it is. */
export type InstanceProblems = Partial<Record<keyof OwnInstance, string>>;

/** What providers that stand beside Sigstore call its clients. */
const usualClient = 'sigstore';

/** What the form begins with. */
export function ownInstanceOf(settings: SigstoreSettings): OwnInstance {
  if (settings.instance === 'public') return empty();
  const { fulcio, rekor, rekorVersion, timestampAuthority, issuer, clientId, trust } = settings;
  return {
    ...{ fulcio, rekor, issuer, clientId },
    rekorVersion: rekorVersion === 1 ? '1' : '2',
    timestampAuthority: timestampAuthority ?? '',
    trust: trust.kind,
    mirror: trust.kind === 'tuf' ? trust.mirror : '',
    document: trust.kind === 'tuf' ? trust.root : trust.trustedRoot,
  };
}

/** What is wrong at a glance; whether the services are any good, the engine finds out. */
export function problemsOf(own: OwnInstance): InstanceProblems {
  const needsStamp = own.rekorVersion === '2' && own.timestampAuthority.trim() === '';
  const found: Readonly<Partial<Record<keyof OwnInstance, string | null>>> = {
    fulcio: addressProblem(own.fulcio),
    rekor: addressProblem(own.rekor),
    timestampAuthority: needsStamp
      ? words.signatures.needsStamp
      : own.timestampAuthority.trim() === ''
        ? null
        : addressProblem(own.timestampAuthority),
    issuer: addressProblem(own.issuer),
    clientId: own.clientId.trim() === '' ? words.signatures.missing : null,
    mirror: own.trust === 'tuf' ? addressProblem(own.mirror) : null,
    document: own.document === '' ? words.signatures.noFile : null,
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}

/** What is saved. Only of an instance without problems. */
export function settingsOf(own: OwnInstance): OwnSettings {
  const stamps = own.timestampAuthority.trim();
  return {
    instance: 'private',
    fulcio: own.fulcio.trim(),
    rekor: own.rekor.trim(),
    rekorVersion: own.rekorVersion === '1' ? 1 : 2,
    timestampAuthority: stamps === '' ? null : stamps,
    issuer: own.issuer.trim(),
    clientId: own.clientId.trim(),
    trust:
      own.trust === 'file'
        ? { kind: 'file', trustedRoot: own.document }
        : { kind: 'tuf', mirror: own.mirror.trim(), root: own.document },
  };
}

function empty(): OwnInstance {
  return {
    ...{ fulcio: '', rekor: '', rekorVersion: '1', timestampAuthority: '', issuer: '' },
    ...{ clientId: usualClient, trust: 'file', mirror: '', document: '' },
  };
}

const loopback = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

function addressProblem(text: string): string | null {
  if (text.trim() === '') return words.signatures.missing;
  const url = URL.parse(text.trim());
  const web = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  if (url === null || !web) return words.signatures.notHttps;
  return url.username === '' && url.password === '' ? null : words.signatures.withLogin;
}
