import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Browser } from '@playwright/test';
import { startDockerRegistry, type RealRegistry } from '../../peers/docker-registry.ts';
import { askEngine } from './ask-engine.ts';
import { CommandLine } from './command-line.ts';
import type { HostKind } from './hosts.ts';
import { Person } from './person.ts';
import { SlowLine } from './slow-line.ts';

export type RegistryKind = 'embedded' | 'docker-registry';

/**
 * The people of one scenario and the registry between them. `embedded`: the first person's own program keeps it (*This
 * computer*), everybody else connects to it. `docker-registry`: a registry of Debian's package, to which all connect.
 */
export class World {
  readonly registry: RegistryKind;
  readonly #host: HostKind;
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #people: Person[] = [];
  readonly #lines: SlowLine[] = [];
  #docker: RealRegistry | null = null;
  #keeper: Person | null = null;
  #repository: string | null = null;

  private constructor(folder: string, host: HostKind, registry: RegistryKind, browser: Browser) {
    this.#folder = folder;
    this.#host = host;
    this.registry = registry;
    this.#browser = browser;
  }

  static async create(host: HostKind, registry: RegistryKind, browser: Browser): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-scenario-'));
    const world = new World(folder, host, registry, browser);
    if (registry === 'docker-registry') {
      world.#docker = await startDockerRegistry();
      world.#repository = `${world.#docker.host}/team/messages`;
    }
    return world;
  }

  /** `host:port/path` that all of them share. */
  get repository(): string {
    if (this.#repository === null) throw new Error('Nobody keeps a registry yet: let somebody join first.');
    return this.#repository;
  }

  /** A path for a file that a scenario makes. */
  file(name: string): string {
    return join(this.#folder, 'files', name);
  }

  commandLine(): CommandLine {
    return new CommandLine(join(this.#folder, 'command-line'));
  }

  /** Somebody opens the messenger for the first time. */
  async arrive(name: string): Promise<Person> {
    const own = join(this.#folder, name.toLowerCase());
    const place = {
      home: join(own, 'home'),
      userFolder: join(own, 'folders'),
      downloads: join(own, 'Downloads'),
      dockerConfig: join(own, 'docker'),
    };
    await mkdir(place.downloads, { recursive: true });
    await mkdir(place.userFolder);
    const person = new Person(`${name.toLowerCase()}@example.com`, place, this.#host, this.#browser);
    this.#people.push(person);
    await person.open();
    await expect(person.firstRun.title).toBeVisible();
    return person;
  }

  /**
   * Somebody with an account; `repository` is left out, or the address of a slow line. The first run is not clicked
   * through: first-run.spec.ts and keyboard.spec.ts do.
   */
  async join(name: string, repository?: string): Promise<Person> {
    const person = await this.arrive(name);
    const { identity } = person;
    if (this.#repository === null) {
      const account = await askEngine(person.page, 'accounts.create', { kind: 'this-computer', identity });
      this.#keeper = person;
      this.#repository = account.repository;
    } else {
      const there = { repository: repository ?? this.repository };
      await askEngine(person.page, 'accounts.create', { kind: 'registry', identity, ...there });
    }
    await expect(person.list.region).toBeVisible();
    return person;
  }

  /** A line to the same registry whose speed a scenario decides. */
  async slowLine(): Promise<{ readonly line: SlowLine; readonly repository: string }> {
    const slash = this.repository.indexOf('/');
    const line = new SlowLine(this.repository.slice(0, slash));
    this.#lines.push(line);
    return { line, repository: (await line.open()) + this.repository.slice(slash) };
  }

  /** The registry is gone: crashed, or its keeper closed the messenger. */
  async registryGoesDown(): Promise<void> {
    await this.#docker?.stop();
    await this.#keeper?.close();
  }

  async registryComesBack(): Promise<void> {
    await this.#docker?.restart();
    await this.#keeper?.open();
  }

  /** Closes everything, whatever happened; then fails for what went wrong on the way. */
  async end(): Promise<void> {
    const closed = await Promise.allSettled([
      ...this.#lines.map((line) => line.close()),
      ...this.#people.map((person) => person.close()),
    ]);
    await this.#docker?.remove();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    expect(closed.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(this.#people.flatMap(({ complaints }) => complaints)).toEqual([]);
  }
}
