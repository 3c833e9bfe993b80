import type { LoginChoice } from '../../preload/contract/login.ts';
import type { AccountLogin, ToolLogin } from '../../preload/contract/login.ts';
import type { Client } from '../state/client.svelte.ts';

/**
 * Which login a person chooses for a repository. What Docker or Podman has for it is looked for behind what they type,
 * and becomes the choice unless they have made one.
 */
export class LoginForm {
  /** What the container tools have for the repository; null while unknown, and when they have nothing. */
  offer = $state.raw<ToolLogin | null>(null);
  looking = $state(false);
  username = $state('');
  password = $state('');
  #kind = $state<LoginChoice['kind']>('none');
  #chosenByHand = false;
  #repository: string | null = null;
  readonly #client: Client;

  /** `current`: what was chosen before, to start from. */
  constructor(client: Client, current?: AccountLogin) {
    this.#client = client;
    if (current === undefined) return;
    this.#kind = current.kind;
    this.#chosenByHand = true;
    if (current.kind === 'password') this.username = current.username;
  }

  get kind(): LoginChoice['kind'] {
    return this.#kind;
  }

  choose(kind: LoginChoice['kind']): void {
    this.#chosenByHand = true;
    this.#kind = kind;
  }

  /** The registry asks for a login, and a person has not said anything about it: here are the fields. */
  wantPassword(): void {
    if (!this.#chosenByHand && this.#kind === 'none') this.#kind = 'password';
  }

  /** What to send; null while something is missing. */
  readonly value = $derived.by((): LoginChoice | null => {
    if (this.#kind !== 'password') return { kind: this.#kind };
    if (this.username === '' || this.password === '') return null;
    return { kind: 'password', username: this.username, password: this.password };
  });

  /** Looks for what the tools have for this repository; what is typed meanwhile makes the answer old. */
  async lookFor(repository: string | null): Promise<void> {
    this.#repository = repository;
    this.looking = repository !== null;
    if (repository === null) return;
    const offer = await this.#ask(repository);
    if (this.#repository !== repository) return;
    this.looking = false;
    this.offer = offer;
    if (!this.#chosenByHand) this.#kind = offer === null ? withoutTools(this.#kind) : 'container-tools';
  }

  /** Nothing to offer is nothing to complain about: the other ways are there. */
  async #ask(repository: string): Promise<ToolLogin | null> {
    try {
      return await this.#client.call('connection.toolLogin', { repository });
    } catch {
      return null;
    }
  }
}

function withoutTools(kind: LoginChoice['kind']): LoginChoice['kind'] {
  return kind === 'container-tools' ? 'none' : kind;
}
