/** A login for a registry. Held in memory only for as long as requests need it. */
export type Credentials = BasicCredentials | IdentityToken | RegistryToken;

/** A user name with its password or access token (RFC 7617). */
export interface BasicCredentials {
  readonly kind?: 'basic';
  readonly username: string;
  readonly password: string;
}

/** A refresh token, for the registry's token service alone (distribution, "OAuth2 Token Authentication"). */
export interface IdentityToken {
  readonly kind: 'identity-token';
  readonly token: string;
}

/** A bearer token for the registry itself: no token service is asked. */
export interface RegistryToken {
  readonly kind: 'registry-token';
  readonly token: string;
}

/** `Authorization` for RFC 7617, in UTF-8. */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Everything in a login that must not be seen, as it is and as it travels. */
export function secretsOf(login: Credentials | null): readonly string[] {
  if (login === null) return [];
  if (login.kind === 'identity-token' || login.kind === 'registry-token') return [login.token];
  return [login.password, basicAuthorization(login).replace('Basic ', '')];
}

export function isSameLogin(one: Credentials | null, other: Credentials | null): boolean {
  if (one === null || other === null) return one === other;
  const parts = partsOf(other);
  return partsOf(one).every((part, index) => part === parts[index]);
}

/** Everything that makes a login the one it is; always three, so that they compare one by one. */
function partsOf(login: Credentials): readonly [string, string, string] {
  if (login.kind === 'identity-token' || login.kind === 'registry-token')
    return [login.kind, login.token, ''];
  return ['basic', login.username, login.password];
}
