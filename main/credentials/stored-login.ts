/**
 * One login in a configuration of container tools (docker/cli, `types.AuthConfig`).
 * Must-fail vectors: test/credentials/config.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import type { ConfigPlace } from './config-places.ts';
import { BasicLogin, IdentityTokenLogin, RegistryTokenLogin, type FoundLogin } from './found-login.ts';

/** One value under `auths` (docker/cli, `types.AuthConfig`), as it stands in the file. */
export interface AuthEntry {
  /** Base64 of `user:password`. */
  readonly auth?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly identitytoken?: string | null | undefined;
  readonly registrytoken?: string | null | undefined;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
/** Tokens go into a header as they are: anything but visible ASCII would be another header. */
const token = /^[\x21-\x7e]+$/;

/** A login that stands in a configuration. It is opened when it is needed, and shows nothing before (found-login.ts). */
export class StoredLogin {
  readonly #entry: AuthEntry;
  readonly #place: ConfigPlace;

  constructor(entry: AuthEntry, place: ConfigPlace) {
    this.#entry = entry;
    this.#place = place;
  }

  /** Docker leaves an empty entry as a marker where a helper keeps the secret. */
  get isEmpty(): boolean {
    const { auth, username, password, identitytoken, registrytoken } = this.#entry;
    return [auth, username, password, identitytoken, registrytoken].every((value) => !value);
  }

  /** The user name, where one stands there in a readable way. */
  get username(): string | null {
    try {
      return this.#basic()?.username ?? null;
    } catch {
      return null;
    }
  }

  /**
   * The login; null for a marker. A registry token is preferred to an identity token and that to a password, as
   * Docker's client does. Throws `invalid` when it cannot be decoded.
   */
  open(): FoundLogin | null {
    const { identitytoken, registrytoken } = this.#entry;
    const { source } = this.#place;
    if (registrytoken) return new RegistryTokenLogin(source, this.#visible(registrytoken));
    if (identitytoken) return new IdentityTokenLogin(source, this.#visible(identitytoken));
    const basic = this.#basic();
    return basic === null ? null : new BasicLogin(source, basic.username, basic.password);
  }

  #basic(): { readonly username: string; readonly password: string } | null {
    const { auth, username, password } = this.#entry;
    if (!auth) return username && password ? { username, password } : null;
    // Tools that wrap lines at 76 characters wrote some of these.
    const encoded = auth.replace(/[\r\n]+/g, '');
    if (!base64.test(encoded)) throw this.#unreadable();
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 1) throw this.#unreadable();
    // Old versions of Docker padded the password with zero bytes.
    const secret = decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '');
    return secret === '' ? null : { username: decoded.slice(0, colon), password: secret };
  }

  #visible(value: string): string {
    if (!token.test(value)) throw this.#unreadable();
    return value;
  }

  #unreadable(): DockerCommsError {
    const { name } = this.#place;
    return new DockerCommsError('invalid', `A login in ${name} is damaged. Log in again with that tool.`, {
      detail: { file: name },
    });
  }
}
