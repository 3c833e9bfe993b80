import { isDockerCommsError } from '../base/errors.ts';
import { refreshToken, type Token, type TokenRequest, type TokenServiceOptions } from './token-service.ts';

type RefreshRequest = TokenRequest & { readonly service: string };

/** An identity token that a service gave in exchange for another one. */
interface Renewed {
  readonly instead: string;
  /** The service that gave it, and the only one that gets it. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Exchanges identity tokens for access tokens. Where the service gives a new identity token along, that one is used
 * from then on: in memory only, because the saved one belongs to whoever saved it.
 */
export class IdentityTokens {
  readonly #options: TokenServiceOptions;
  #renewed: Renewed | null = null;
  /** One exchange after the other: a service may take each identity token just once. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TokenServiceOptions) {
    this.#options = options;
  }

  /** Fails as `refreshToken`. */
  exchange(identityToken: string, request: RefreshRequest): Promise<Token> {
    const turn = this.#last.then(() => this.#exchange(identityToken, request));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #exchange(identityToken: string, request: RefreshRequest): Promise<Token> {
    const renewed = this.#renewed;
    const fits = renewed?.instead === identityToken && renewed.origin === request.realm.origin;
    if (!fits) return this.#refresh(identityToken, identityToken, request);
    try {
      return await this.#refresh(identityToken, renewed.token, request);
    } catch (error) {
      if (!isDockerCommsError(error, 'auth')) throw error;
      this.#renewed = null;
      return this.#refresh(identityToken, identityToken, request);
    }
  }

  async #refresh(original: string, current: string, request: RefreshRequest): Promise<Token> {
    const refreshed = await refreshToken(this.#options, request, current);
    if (refreshed.refreshToken !== null) {
      const { origin } = request.realm;
      this.#renewed = { instead: original, origin, token: refreshed.refreshToken };
    }
    return refreshed.token;
  }
}
