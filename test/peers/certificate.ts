import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A self-signed certificate (P-256, two days) and its key, in PEM, made by openssl for one test. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  remove(): Promise<void>;
}

/** Needs the real part `openssl`. */
export async function makeCertificate(hostName: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-certificate-'));
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${hostName}`, '-addext', `subjectAltName=DNS:${hostName}`],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
  return {
    certificate: await readFile(certificateFile, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
    certificateFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
