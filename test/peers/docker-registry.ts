import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';
import { realPart } from './real-parts.ts';

/** A registry of Debian's `docker-registry` package (distribution 2.8), run for one test file. */
export interface RealRegistry {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly port: number;
  /** Where it keeps its files. Stays over `stop` and `restart`, goes with `remove`. */
  readonly folder: string;
  /** Everything it has written so far. */
  logs(): string;
  /** Ends the process, as a crash would; the data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

/** The only login of a registry that was started with `login: true`. */
export const registryLogin = { username: 'alice', password: 'correct horse' } as const;
/** bcrypt of that password: the one kind of hash that distribution reads. */
const htpasswd = `${registryLogin.username}:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n`;

export interface BearerAuthentication {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM file with the certificate that vouches for tokens. */
  readonly certificateFile: string;
}

export interface RealRegistryOptions {
  /** Basic authentication with `registryLogin`. */
  readonly login?: boolean;
  /** Bearer tokens of this service. */
  readonly bearer?: BearerAuthentication;
  /** Speaks TLS; with `clientAuthority` only with those whom that authority knows. */
  readonly tls?: Certificate & { readonly clientAuthority?: string };
  /** Whether manifests may be removed; they may unless this says no. */
  readonly deletes?: boolean;
  /** 0, the default, means any free one. */
  readonly port?: number;
}

/** Starts it on loopback with a configuration of its own, and waits until it listens. */
export async function startDockerRegistry(options: RealRegistryOptions = {}): Promise<RealRegistry> {
  const binary = realPart('docker-registry');
  if (binary === null) throw new Error('docker-registry is not on this machine: ask realPart first.');
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-docker-registry-'));
  const run = new Run(binary, folder, options);
  await run.start();
  return {
    host: `127.0.0.1:${run.port}`,
    port: run.port,
    folder,
    logs: () => run.log,
    stop: () => run.stop(),
    restart: () => run.start(),
    remove: async () => {
      await run.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Run {
  readonly #binary: string;
  readonly #folder: string;
  readonly #options: RealRegistryOptions;
  #process: ChildProcess | null = null;
  port: number;
  log = '';

  constructor(binary: string, folder: string, options: RealRegistryOptions) {
    this.#binary = binary;
    this.#folder = folder;
    this.#options = options;
    this.port = options.port ?? 0;
  }

  async start(): Promise<void> {
    if (this.#process !== null) return;
    const configuration = join(this.#folder, 'config.json');
    await writeFile(join(this.#folder, 'htpasswd'), htpasswd);
    const { certificate = '', key = '', clientAuthority = '' } = this.#options.tls ?? {};
    await writeFile(join(this.#folder, 'tls.crt'), certificate);
    await writeFile(join(this.#folder, 'tls.key'), key);
    await writeFile(join(this.#folder, 'clients.crt'), clientAuthority);
    // JSON is YAML: no library is needed to write it.
    await writeFile(configuration, JSON.stringify(this.#configuration()));
    const child = spawn(this.#binary, ['serve', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.port = await this.#listening(child);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #configuration() {
    const { login, bearer, deletes = true } = this.#options;
    return {
      version: 0.1,
      log: { level: 'info' },
      storage: {
        filesystem: { rootdirectory: join(this.#folder, 'data') },
        delete: { enabled: deletes },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: {
        addr: `127.0.0.1:${this.port}`,
        secret: 'of no value: this registry lives for one test',
        ...(this.#options.tls !== undefined && { tls: this.#tls(this.#options.tls) }),
      },
      ...(login === true && { auth: { htpasswd: { realm: 'tests', path: join(this.#folder, 'htpasswd') } } }),
      ...(bearer !== undefined && {
        auth: {
          token: {
            realm: bearer.realm,
            service: bearer.service,
            issuer: bearer.issuer,
            rootcertbundle: bearer.certificateFile,
          },
        },
      }),
    };
  }

  #tls({ clientAuthority }: NonNullable<RealRegistryOptions['tls']>) {
    const file = (name: string) => join(this.#folder, name);
    return {
      certificate: file('tls.crt'),
      key: file('tls.key'),
      minimumtls: 'tls1.2',
      ...(clientAuthority !== undefined && { clientcas: [file('clients.crt')] }),
    };
  }

  /** It picks a free port itself and says which in its log: no race between looking for one and taking it. */
  #listening(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      const read = (piece: Buffer): void => {
        this.log += piece.toString('utf8');
        const found = /listening on 127\.0\.0\.1:(\d+)/.exec(
          this.log.slice(this.log.lastIndexOf('listening')),
        );
        if (found !== null) resolve(Number(found[1]));
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`docker-registry ended before it listened:\n${this.log}`)));
    });
  }
}
