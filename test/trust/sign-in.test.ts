import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { MiB, limits } from '../../main/base/limits.ts';
import { Connections } from '../../main/oci/connections.ts';
import { fetchThrough } from '../../main/oci/fetch-through.ts';
import { ambientToken } from '../../main/trust/ambient-token.ts';
import { subjectOfToken } from '../../main/trust/identity-token.ts';
import { beginSignIn, type SignInOptions } from '../../main/trust/sign-in.ts';
import {
  startIdentityProvider,
  tokenLifeSeconds,
  type Attack,
  type ScriptedProvider,
} from '../peers/identity-provider.ts';

async function provider(attack?: Attack): Promise<ScriptedProvider> {
  const started = await startIdentityProvider(attack === undefined ? {} : { attack });
  onTestFinished(() => started.stop());
  return started;
}

function begin({ issuer }: Pick<ScriptedProvider, 'issuer'>, options: Partial<SignInOptions> = {}) {
  const connections = new Connections();
  onTestFinished(() => connections.close());
  return beginSignIn({
    provider: { issuer, clientId: 'sigstore' },
    answer: 'loopback',
    fetch: fetchThrough(connections, MiB),
    clock: systemClock,
    ...options,
  });
}

/** What a browser does with the address: it follows wherever it is sent. */
const browse = (url: URL) => fetch(url);

describe('signing in through the browser', () => {
  it('gives the token of whom the provider knows, once the browser came back', async () => {
    const signIn = await begin(await provider());
    expect((await browse(signIn.url)).status).toBe(200);
    expect(subjectOfToken(await signIn.token)).toBe('alice@example.com');
  });

  it('proves with every step that it is the one that began (PKCE S256, state, nonce), on a loopback port', async () => {
    const signIn = await begin(await provider());
    const asked = signIn.url.searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback$/);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.get(name)?.length).toBeGreaterThanOrEqual(43);
    }
    signIn.cancel();
  });

  it('takes a code that a person pastes, where the browser cannot come back', async () => {
    const scripted = await provider();
    const signIn = await begin(scripted, { answer: 'paste' });
    await browse(signIn.url);
    signIn.paste(` ${scripted.codes[0] ?? ''}\n`);
    expect(subjectOfToken(await signIn.token)).toBe('alice@example.com');
  });

  it.each<Attack>([
    'wrong-nonce',
    'wrong-issuer',
    'wrong-audience',
    'expired-token',
    'alg-none',
    'other-key',
    'denies',
  ])('refuses a provider’s answer that is not right: %s', async (attack) => {
    const signIn = await begin(await provider(attack));
    await browse(signIn.url);
    await expect(signIn.token).rejects.toMatchObject({ code: 'auth', detail: { reason: 'sign-in-refused' } });
  });

  it('takes a token as long as clocks may differ, and no longer', async () => {
    const { clockSkewSeconds } = limits;
    const tokenOf = async (secondsFast: number) => {
      const clock = { ...systemClock, now: () => Date.now() + secondsFast * 1000 };
      const signIn = await begin(await provider(), { clock });
      await browse(signIn.url);
      return signIn.token;
    };
    expect(subjectOfToken(await tokenOf(clockSkewSeconds))).toBe('alice@example.com');
    expect(subjectOfToken(await tokenOf(-clockSkewSeconds))).toBe('alice@example.com');
    const late = tokenOf(tokenLifeSeconds + clockSkewSeconds + 1);
    await expect(late).rejects.toMatchObject({ code: 'auth', detail: { reason: 'sign-in-refused' } });
  });

  it('is not moved by a visit with another state: no code is redeemed, and the right one still counts', async () => {
    const scripted = await provider('wrong-state');
    const signIn = await begin(scripted);
    expect((await browse(signIn.url)).status).toBe(400);
    expect(scripted.redeemed).toHaveLength(0);
    signIn.cancel();
    await expect(signIn.token).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gets nothing of a code that was sent to another port', async () => {
    const scripted = await provider('other-port');
    const signIn = await begin(scripted);
    expect((await browse(signIn.url)).status).toBe(404);
    expect(scripted.redeemed).toHaveLength(0);
    signIn.cancel();
    await expect(signIn.token).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('redeems a code once, however often the browser comes back with it', async () => {
    const scripted = await provider();
    const signIn = await begin(scripted);
    const back = (await fetch(signIn.url, { redirect: 'manual' })).headers.get('location') ?? '';
    await Promise.allSettled([fetch(back), fetch(back), fetch(back)]);
    await signIn.token;
    expect(scripted.redeemed).toHaveLength(1);
  });

  it('answers nobody who visits it under another name (DNS rebinding)', async () => {
    const signIn = await begin(await provider());
    const back = new URL(signIn.url.searchParams.get('redirect_uri') ?? '');
    back.hostname = 'localhost';
    back.searchParams.set('state', signIn.url.searchParams.get('state') ?? '');
    const visited = await fetch(back).then(
      ({ status }) => status,
      () => 'no connection',
    );
    expect([400, 'no connection']).toContain(visited);
    signIn.cancel();
  });

  it('ends when nobody signs in for too long, when it is cancelled, and with what it is part of', async () => {
    const scripted = await provider();
    const late = await begin(scripted, { timeoutMs: 1 });
    await expect(late.token).rejects.toMatchObject({
      code: 'cancelled',
      detail: { reason: 'sign-in-too-late' },
    });
    const whole = new AbortController();
    const part = await begin(scripted, { signal: whole.signal });
    whole.abort();
    await expect(part.token).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('sends nobody to a provider without encryption, nor to what is none', async () => {
    await expect(begin({ issuer: new URL('http://login.example') })).rejects.toMatchObject({
      code: 'invalid',
    });
    const { issuer } = await provider();
    await expect(begin({ issuer: new URL('/nothing', issuer) })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('never shows a token in its errors', async () => {
    const signIn = await begin(await provider('other-key'));
    await browse(signIn.url);
    const error: unknown = await signIn.token.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth' });
    expect(error).not.toHaveProperty('cause');
    expect(JSON.stringify(error)).not.toContain('eyJ');
  });
});

describe('a token of the machine', () => {
  it('is the one that stands in the environment', async () => {
    const nobody = () => Promise.reject(new Error('asked'));
    expect(await ambientToken({ SIGSTORE_ID_TOKEN: ' a.b.c ' }, nobody)).toBe('a.b.c');
    expect(await ambientToken({}, nobody)).toBeNull();
  });

  it('is asked of GitHub Actions for Sigstore, with the job’s secret', async () => {
    const asked: unknown[] = [];
    const github = (url: string | URL, init?: object) => {
      asked.push({ url: String(url), ...init });
      return Promise.resolve(Response.json({ value: 'a.b.c' }));
    };
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://actions.example/token?job=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    };
    expect(await ambientToken(environment, github)).toBe('a.b.c');
    expect(asked).toMatchObject([
      {
        url: 'https://actions.example/token?job=1&audience=sigstore',
        headers: { authorization: 'Bearer secret' },
      },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no object', 'null'],
    ['no token', '{}'],
    ['an empty token', '{"value":""}'],
    ['a token that is no text', '{"value":{}}'],
    ['a page', '<html></html>'],
  ])('is none where GitHub answers with %s', async (_, body) => {
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://actions.example/token',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    };
    const answer = () => Promise.resolve(new Response(body));
    await expect(ambientToken(environment, answer)).rejects.toMatchObject({ code: 'auth' });
  });

  it.each(['http://actions.example/token', 'nonsense'])(
    'sends the job’s secret to no such address: %s',
    async (url) => {
      const nobody = () => Promise.reject(new Error('asked'));
      const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret' };
      await expect(ambientToken(environment, nobody)).rejects.toMatchObject({ code: 'auth' });
    },
  );
});
