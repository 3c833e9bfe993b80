import { inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../main/credentials/config-file.ts';
import type { DockerCommsError } from '../../main/base/errors.ts';
import { BasicLogin, IdentityTokenLogin, RegistryTokenLogin } from '../../main/credentials/found-login.ts';
import { questionsFor } from '../../main/credentials/resolve.ts';
import { answering, basic, encoded, somebody, type Somebody } from './surroundings.ts';

const secret = 'hunter2-PLANTED-secret';
const mail = { host: 'quay.io', path: 'team/mail' };
const dockerFile = '.docker/config.json';

/** Whatever a careless hand may make of a value, as one text. */
function everywhere(value: unknown): string {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  logger.error(value, 'as the object');
  logger.error({ err: value, value, list: [value] }, 'inside');
  lines.push(String(value), JSON.stringify(value), JSON.stringify({ ...(value as object) }));
  lines.push(inspect(value), inspect(value, { depth: Infinity, showHidden: true, getters: true }));
  if (value instanceof Error)
    lines.push(value.stack ?? '', JSON.stringify(Object.getOwnPropertyNames(value)));
  else lines.push(inspect(structuredClone(withoutFunctions(value)), { depth: Infinity, showHidden: true }));
  return lines.join('\n');
}

/** Structured clone refuses functions, and with them the whole value: that is no leak. */
function withoutFunctions(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

function expectNoSecret(text: string): void {
  // Parsers quote a few characters around what they did not understand.
  expect(text).not.toMatch(/hunter2|PLANTED/);
  expect(text).not.toContain(encoded('alice', secret));
  expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12));
}

describe('a login that was found', () => {
  it.each([
    ['basic', new BasicLogin('here', 'alice', secret)],
    ['identity token', new IdentityTokenLogin('here', secret)],
    ['registry token', new RegistryTokenLogin('here', secret)],
  ])(
    '(%s) shows its source and never its secret, however it is printed, copied or logged',
    (_kind, login) => {
      const text = everywhere(login);
      expectNoSecret(text);
      expect(text).toContain('here');
      expect('password' in login ? login.password : login.token).toBe(secret);
    },
  );
});

it('a configuration and the questions from it show no secret', async () => {
  const who = await somebody();
  const name = await who.write(dockerFile, {
    auths: {
      'quay.io': { ...basic('alice', secret), password: secret },
      'quay.io/team': { identitytoken: secret, registrytoken: secret },
    },
  });
  const config = await readConfig({ name, source: 'here', tool: 'docker', format: 'current' });
  if (config === null) throw new Error('The configuration is there.');
  expectNoSecret(everywhere(config));
  expectNoSecret(everywhere(questionsFor(config, mail)));
});

describe('an error', () => {
  const helper = (script: string) => async (who: Somebody) => {
    await who.install('test', script);
    await who.write(dockerFile, { credHelpers: { 'quay.io': 'test' } });
  };
  const file = (content: unknown) => async (who: Somebody) => {
    await who.write(dockerFile, content);
  };
  const auths = (entry: unknown) => file({ auths: { 'quay.io': entry } });
  const said = `{"ServerURL":"quay.io","Username":"alice","Secret":"${secret}"}`;

  it.each<[string, string, (who: Somebody) => Promise<void>]>([
    ['a helper that crashes with the secret on stderr', 'auth', helper(`echo '${said}' >&2; exit 2`)],
    ['a helper that crashes with the secret on stdout', 'auth', helper(`echo '${said}'; exit 2`)],
    ['a helper that hangs after the secret', 'auth', helper(`echo '${said}'; echo '${said}' >&2; sleep 600`)],
    [
      'a helper that says the secret again and again',
      'too-large',
      helper(`while :; do echo '${said}'; done`),
    ],
    ['a helper that says the secret in no JSON', 'protocol', helper(`echo '${said.slice(0, -1)}'`)],
    ['a helper that says the secret in another field', 'protocol', helper(`echo '{"Token":"${secret}"}'`)],
    ['a helper called by the secret', 'invalid', file({ credsStore: `${secret}/..` })],
    ['a file that is no JSON', 'invalid', file(`{"auths": {"quay.io": {"auth": "${secret}"`)],
    ['a file that is only the secret', 'invalid', file(secret)],
    ['a file of another form', 'invalid', file({ auths: { 'quay.io': { auth: [secret] } } })],
    ['a file with the secret for a key', 'invalid', file({ auths: { [`https://a:${secret}@quay.io`]: 1 } })],
    ['a login that is not base64', 'invalid', auths({ auth: `${secret} !` })],
    ['a login without a user', 'invalid', auths({ auth: Buffer.from(`:${secret}`).toString('base64') })],
    ['a token with a line break', 'invalid', auths({ registrytoken: `${secret}\n` })],
  ])('over %s is clear and shows nothing of it', async (_what, code, arrange) => {
    const who = await somebody();
    await arrange(who);
    const problems: DockerCommsError[] = [];
    const logins = who.logins({ timeoutMs: 2_000, onProblem: (problem) => problems.push(problem) });
    const error: unknown = await logins.find(mail).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DockerCommsError', code });
    expectNoSecret(everywhere(error));
    expectNoSecret(everywhere(await logins.suggestions()));
    for (const problem of problems) expectNoSecret(everywhere(problem));
  });
});

it('suggestions name users and places, and no secrets', async () => {
  const who = await somebody();
  await who.install('store', answering(['ghcr.io', 'alice', secret]));
  await who.write(dockerFile, {
    auths: { 'quay.io': basic('alice', secret), 'a.example': { identitytoken: secret } },
    credsStore: 'store',
  });
  const suggestions = await who.logins().suggestions();
  expect(suggestions).toHaveLength(3);
  expectNoSecret(everywhere(suggestions));
});
