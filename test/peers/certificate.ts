import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

/** A certificate (P-256) and its key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A self-signed certificate (P-256, two days) and its key, in PEM, made by openssl for one test. */
export interface CertificateFiles extends Certificate {
  readonly certificateFile: string;
  remove(): Promise<void>;
}

/** Needs the real part `openssl`. */
export async function makeCertificate(hostName: string): Promise<CertificateFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-certificate-'));
  const certificateFile = join(folder, 'certificate.pem');
  const made = await selfSigned(folder, hostName, ['-addext', `subjectAltName=DNS:${hostName}`]);
  return { ...made, certificateFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function selfSigned(folder: string, name: string, more: readonly string[]): Promise<Certificate> {
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, ...more],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
  return readPair(certificateFile, keyFile);
}

async function readPair(certificateFile: string, keyFile: string): Promise<Certificate> {
  return { certificate: await readFile(certificateFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
}

/** A private authority as organisations have it. */
export class PrivateAuthority {
  readonly #folder: string;
  readonly #own: Certificate;
  #issued = 0;

  private constructor(folder: string, own: Certificate) {
    this.#folder = folder;
    this.#own = own;
  }

  /** Needs the real part `openssl`. */
  static async make(name = 'Example Authority'): Promise<PrivateAuthority> {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-authority-'));
    return new PrivateAuthority(folder, await selfSigned(folder, name, []));
  }

  get certificate(): string {
    return this.#own.certificate;
  }

  /** For a server of this name, and as a client's. `days` may be negative. */
  async issue(name: string, days = 2): Promise<Certificate> {
    this.#issued += 1;
    const file = (kind: string) => join(this.#folder, `${this.#issued}.${kind}`);
    await run('openssl', [
      ...['req', '-new', ...newKey, '-subj', `/CN=${name}`],
      ...['-keyout', file('key'), '-out', file('csr')],
    ]);
    await writeFile(file('ext'), `subjectAltName=DNS:${name}\nbasicConstraints=CA:FALSE\n`);
    await run('openssl', [
      ...['x509', '-req', '-in', file('csr'), '-extfile', file('ext'), '-days', String(days)],
      ...['-CA', join(this.#folder, 'certificate.pem'), '-CAkey', join(this.#folder, 'key.pem')],
      ...['-CAcreateserial', '-out', file('crt')],
    ]);
    return readPair(file('crt'), file('key'));
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** Certificate and key in one PKCS#12 file. */
export async function pkcs12(pair: Certificate, passphrase: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-pkcs12-'));
  const file = (name: string) => join(folder, name);
  await writeFile(file('pair.pem'), `${pair.certificate}\n${pair.key}`);
  await run('openssl', [
    ...['pkcs12', '-export', '-in', file('pair.pem'), '-out', file('pair.p12')],
    ...['-passout', `pass:${passphrase}`],
  ]);
  const made = await readFile(file('pair.p12'));
  await rm(folder, { recursive: true, force: true });
  return made;
}
