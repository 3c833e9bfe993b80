/**
 * Threat: a login travels through objects that get logged, shown in an error, put into the database or sent to the
 * window, by somebody who never thought of the password in it. So a secret is no property: it stands in a private
 * field behind a getter of the class, where JSON, structured clone, spreading, loggers and `inspect` do not look.
 */
import { inspect } from 'node:util';

/** A login that was found; `kind` says how to use it. */
export type FoundLogin = BasicLogin | IdentityTokenLogin | RegistryTokenLogin;

abstract class Found {
  /** Where it came from, in words for a person: `Docker's configuration`, `the credential helper pass`. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** Without this, `inspect` with `getters` would call them. */
  [inspect.custom](): object {
    return Object.fromEntries(Object.entries(this));
  }
}

/** A user name with its password or access token (RFC 7617). */
export class BasicLogin extends Found {
  readonly kind = 'basic';
  readonly username: string;
  readonly #password: string;

  constructor(source: string, username: string, password: string) {
    super(source);
    this.username = username;
    this.#password = password;
  }

  get password(): string {
    return this.#password;
  }
}

/** A refresh token for the registry's token service (distribution, "OAuth2 Token Authentication"). */
export class IdentityTokenLogin extends Found {
  readonly kind = 'identity-token';
  readonly #token: string;

  constructor(source: string, token: string) {
    super(source);
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }
}

/** A bearer token for the registry itself: no token service is asked. */
export class RegistryTokenLogin extends Found {
  readonly kind = 'registry-token';
  readonly #token: string;

  constructor(source: string, token: string) {
    super(source);
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }
}
