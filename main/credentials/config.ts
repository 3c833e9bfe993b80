/**
 * Configurations of container tools (docker/cli, `configfile.ConfigFile`; containers-auth.json(5)). Read, never written.
 * Must-fail vectors: test/credentials/config.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import type { ConfigPlace } from './config-places.ts';
import { parseRegistryKey, type RegistryKey } from './registry-key.ts';
import { StoredLogin } from './stored-login.ts';

/** A configuration of Docker or Podman, as far as it speaks of logins. */
export interface ContainerConfig {
  readonly place: ConfigPlace;
  /** `auths`, in the file's order; what is no registry's name is left out. */
  readonly entries: readonly ConfigEntry[];
  /** `credHelpers`: who knows the login of one registry. */
  readonly helpers: readonly HelperRule[];
  /** `credsStore`: the helper for all other registries, not yet checked; null when there is none. */
  readonly store: string | null;
}

export interface ConfigEntry {
  readonly key: RegistryKey;
  /** The key as it stands in the file: a helper may know the login under that name. */
  readonly written: string;
  readonly login: StoredLogin;
}

export interface HelperRule {
  readonly key: RegistryKey;
  readonly written: string;
  /** Not yet checked. Empty: none, and not the store either. */
  readonly helper: string;
}

const text = z.string().nullish();
const authsSchema = z.record(
  z.string(),
  z
    .object({ auth: text, username: text, password: text, identitytoken: text, registrytoken: text })
    .nullable(),
);
/** docker/cli, `configfile.ConfigFile`; containers-auth.json(5). Everything else in there is not ours. */
const configSchema = z.object({
  auths: authsSchema.nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: text,
});
/** `~/.dockercfg` of Docker before 1.7. */
const legacySchema = authsSchema.transform((auths) => ({ auths, credHelpers: null, credsStore: null }));

/** The configuration that `content` is; an empty one is one without logins. Throws `invalid`. */
export function parseConfig(content: string, place: ConfigPlace): ContainerConfig {
  const schema = place.format === 'legacy' ? legacySchema : configSchema;
  const parsed = schema.safeParse(content.trim() === '' ? {} : parseJson(content, place));
  // Neither the parser's nor the schema's own error goes along: they quote what they found.
  if (!parsed.success) throw invalidConfig(place);
  const { auths, credHelpers, credsStore } = parsed.data;
  return {
    place,
    entries: withKeys(auths ?? {}).map(({ key, written, value }) => {
      return { key, written, login: new StoredLogin(value ?? {}, place) };
    }),
    helpers: withKeys(credHelpers ?? {}).map(({ key, written, value }) => ({ key, written, helper: value })),
    store: credsStore === undefined || credsStore === '' ? null : credsStore,
  };
}

function parseJson(content: string, place: ConfigPlace): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    throw invalidConfig(place);
  }
}

function withKeys<T>(record: Readonly<Record<string, T>>) {
  return Object.entries(record).flatMap(([written, value]) => {
    const key = parseRegistryKey(written);
    return key === null ? [] : [{ key, written, value }];
  });
}

function invalidConfig(place: ConfigPlace): DockerCommsError {
  return new DockerCommsError('invalid', `${place.name} is not a configuration that container tools read.`, {
    detail: { file: place.name },
  });
}
