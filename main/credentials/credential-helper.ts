/**
 * Programs that keep logins (https://github.com/docker/docker-credential-helpers, "Development").
 * Must-fail vectors: test/credentials/helper.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { readJson } from '../base/json.ts';
import { KiB } from '../base/limits.ts';
import type { Environment } from './config-places.ts';
import { BasicLogin, IdentityTokenLogin, type FoundLogin } from './found-login.ts';
import type { RunHelper } from './helper-process.ts';
import { findHelper, helperSource } from './helper-program.ts';

export interface CredentialHelperOptions {
  /** Checked with `isHelperName`. */
  readonly name: string;
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly run: RunHelper;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of one login: the longest tokens in use have some kilobytes. */
const longestLogin = 64 * KiB;
/** Bytes of a list: thousands of servers. */
const longestList = 512 * KiB;
/** The user name with which a helper says that its secret is an identity token (docker/cli, `tokenUsername`). */
const tokenUsername = '<token>';
/** What every helper prints for a login it does not have (docker-credential-helpers, `credentials/error.go`). */
const notFoundMessage = 'credentials not found in native keychain';

// Go's decoder, for which helpers are written, does not mind capitals.
const lowerCaseKeys = z
  .record(z.string(), z.unknown())
  .transform((answer) => Object.fromEntries(Object.entries(answer).map(([k, v]) => [k.toLowerCase(), v])));
const loginSchema = lowerCaseKeys.pipe(
  z.object({
    // In a user name, a control character can only be an attack on whoever prints it.
    username: z.string().regex(/^\P{Cc}*$/u),
    secret: z.string(),
  }),
);
const listSchema = z.record(z.string(), z.string()).nullable();

/**
 * A program `docker-credential-<name>` and its protocol (docker-credential-helpers, "Development"): the action as its
 * argument, the server on standard input, JSON on standard output. Only reading: `store` and `erase` stay with the
 * tools whose logins these are.
 */
export class CredentialHelper {
  readonly #options: CredentialHelperOptions;

  constructor(options: CredentialHelperOptions) {
    this.#options = options;
  }

  /**
   * The login for this server; null when the helper has none. Fails `unsupported` (not on the PATH, or cannot be
   * started), `auth` (no answer in time, or the helper failed), `protocol` or `too-large` (not an answer),
   * `cancelled`.
   */
  async get(server: string): Promise<FoundLogin | null> {
    const output = await this.#ask('get', server, longestLogin);
    return output === null ? null : this.#login(output);
  }

  /** The servers that the helper has logins for, each with its user name. Fails as `get`. */
  async list(): Promise<ReadonlyMap<string, string>> {
    // Docker's own client writes this word too: some helpers wait for input.
    const output = await this.#ask('list', 'unused', longestList);
    const parsed = listSchema.safeParse(readJson(output ?? 'null'));
    if (!parsed.success) throw this.#notAnAnswer();
    return new Map(Object.entries(parsed.data ?? {}));
  }

  /** Whether the program is there. */
  async isInstalled(): Promise<boolean> {
    return (await this.#find()) !== null;
  }

  #find(): Promise<string | null> {
    const { name, environment, platform } = this.#options;
    return findHelper(name, environment, platform);
  }

  async #ask(action: 'get' | 'list', input: string, outputLimit: number): Promise<string | null> {
    const { name, environment, run, timeoutMs, signal } = this.#options;
    const program = await this.#find();
    if (program === null) throw this.#missing();
    const exit = await run({
      ...{ helper: name, program, action, input, environment, timeoutMs, outputLimit, signal },
    });
    if (exit.status === 0) return exit.output;
    if (exit.output.trim() === notFoundMessage) return null;
    throw this.#failed(exit.status);
  }

  #login(output: string): FoundLogin | null {
    const parsed = loginSchema.safeParse(readJson(output));
    if (!parsed.success) throw this.#notAnAnswer();
    const { username, secret } = parsed.data;
    const source = helperSource(this.#options.name);
    if (secret === '') return null;
    if (username !== tokenUsername) return new BasicLogin(source, username, secret);
    if (!/^[\x21-\x7e]+$/.test(secret)) throw this.#notAnAnswer();
    return new IdentityTokenLogin(source, secret);
  }

  #missing(): DockerCommsError {
    const helper = this.#options.name;
    return new DockerCommsError(
      'unsupported',
      `The container tools keep this login in “${helper}”, but docker-credential-${helper} is not installed.`,
      { detail: { helper, reason: 'helper-missing' } },
    );
  }

  /** Says nothing of what the helper said: it may have printed the secret. */
  #failed(status: number | null): DockerCommsError {
    const helper = this.#options.name;
    return new DockerCommsError(
      'auth',
      `The credential helper ${helper} failed. Try to log in again with the tool that set it up.`,
      { detail: { helper, reason: 'helper-failed', ...(status !== null && { status }) } },
    );
  }

  #notAnAnswer(): DockerCommsError {
    const helper = this.#options.name;
    return new DockerCommsError('protocol', `The credential helper ${helper} gave no usable answer.`, {
      detail: { helper, reason: 'helper-answer' },
    });
  }
}
