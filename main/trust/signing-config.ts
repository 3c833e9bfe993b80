/**
 * Sigstore's signing configuration, which services an instance has (`SigningConfig` v0.2,
 * https://github.com/sigstore/protobuf-specs, `sigstore_trustroot.proto`). A file that somebody handed out.
 * Must-fail vectors: test/trust/signing-config.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { readJson } from '../base/json.ts';
import { limits } from '../base/limits.ts';
import type { KeylessServices } from './keyless-signer.ts';

/** Services of one kind: every shard a log ever had. */
const mostServices = 64;

const serviceSchema = z.object({
  url: z.url({ protocol: /^https?$/ }).max(limits.serviceAddressCharacters),
  majorApiVersion: z.number().int(),
  validFor: z.object({ start: z.iso.datetime(), end: z.iso.datetime().optional() }),
});
const services = z.array(serviceSchema).max(mostServices).default([]);
const configSchema = z.object({
  mediaType: z.literal('application/vnd.dev.sigstore.signingconfig.v0.2+json'),
  caUrls: services,
  oidcUrls: services,
  rekorTlogUrls: services,
  tsaUrls: services,
});

type Service = z.output<typeof serviceSchema>;

export interface SigningConfig {
  readonly services: KeylessServices;
  /** Where people sign in; null: nowhere, tokens come from elsewhere. */
  readonly issuer: URL | null;
}

/**
 * The services that are valid at `now` (milliseconds) and that we can speak to, of each the newest version. Throws `invalid`
 * for anything else than a configuration, and for one without a certificate authority or a log.
 */
export function parseSigningConfig(bytes: Uint8Array, now: number): SigningConfig {
  const config =
    bytes.byteLength > limits.trustDocumentBytes ? null : configSchema.safeParse(readJson(bytes));
  if (config?.success !== true) throw unusable();
  const { caUrls, oidcUrls, rekorTlogUrls, tsaUrls } = config.data;
  const [fulcio, rekor] = [best(caUrls, [1], now), best(rekorTlogUrls, [1, 2], now)];
  if (fulcio === null || rekor === null) throw unusable();
  const timestamp = best(tsaUrls, [1], now);
  const issuer = best(oidcUrls, [1], now);
  return {
    services: {
      fulcio: new URL(fulcio.url),
      rekor: new URL(rekor.url),
      rekorVersion: rekor.majorApiVersion === 2 ? 2 : 1,
      ...(timestamp !== null && { timestampAuthority: new URL(timestamp.url) }),
    },
    issuer: issuer && new URL(issuer.url),
  };
}

function best(offered: readonly Service[], versions: readonly number[], now: number): Service | null {
  const usable = offered.filter(
    ({ majorApiVersion, validFor: { start, end } }) =>
      versions.includes(majorApiVersion) &&
      Date.parse(start) <= now &&
      (end === undefined || now < Date.parse(end)),
  );
  return usable.toSorted((a, b) => b.majorApiVersion - a.majorApiVersion)[0] ?? null;
}

function unusable(): DockerCommsError {
  return new DockerCommsError('invalid', 'This is not a signing configuration of Sigstore that can be used.');
}
