/**
 * Identity tokens that machines have without a person: in continuous integration, or put there by hand
 * (OpenID Connect Core, section 2; GitHub, "OpenID Connect reference", for how its jobs ask).
 * Must-fail vectors: "a token of the machine" in test/trust/sign-in.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import type { Fetch } from '../oci/fetch-through.ts';
import { isLoopbackHost } from '../oci/reference.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whom the token is for: Fulcio takes no other. */
const audience = 'sigstore';
const answerSchema = z.object({ value: z.string().min(1) });

/**
 * The token of `SIGSTORE_ID_TOKEN` (which GitLab's `id_tokens` fill too), else one of GitHub Actions where its job may ask
 * for one (`permissions: id-token: write`); null: this machine has none. A secret. Fails `auth`, `network`.
 */
export async function ambientToken(
  environment: Environment,
  fetch: Fetch,
  signal?: AbortSignal,
): Promise<string | null> {
  const given = environment.SIGSTORE_ID_TOKEN?.trim();
  if (given) return given;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = environment;
  return address && secret ? askGitHub({ address, secret }, fetch, signal) : null;
}

async function askGitHub(
  { address, secret }: { readonly address: string; readonly secret: string },
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && !isLoopbackHost(url.host))) throw noToken(0);
  url.searchParams.set('audience', audience);
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
    ...(signal && { signal }),
  });
  const parsed = answerSchema.safeParse(answer.ok ? await answer.json().catch(() => null) : null);
  if (parsed.success) return parsed.data.value;
  throw noToken(answer.status);
}

function noToken(status: number): DockerCommsError {
  return new DockerCommsError('auth', 'GitHub Actions gave no identity token to this job.', {
    detail: { reason: 'no-token', status },
  });
}
