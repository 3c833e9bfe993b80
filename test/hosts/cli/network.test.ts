import { describe, expect, it } from 'vitest';
import { ensureHome } from '../../../main/store/home.ts';
import { Store } from '../../../main/store/store.ts';
import type { ForwardProxy } from '../../peers/forward-proxy.ts';
import { forwardProxy } from '../../peers/started-proxy.ts';
import { scriptedRegistry, type ScriptedRegistry } from '../../peers/scripted-registry.ts';
import { sitDown, type Terminalist } from './household.ts';

const password = 'proxy-PLANTED-2ab8';

/** A registry without encryption that exists only behind a proxy, and somebody whose environment names that proxy. */
async function behindProxy(): Promise<{
  registry: ScriptedRegistry;
  proxy: ForwardProxy;
  person: Terminalist;
}> {
  const registry = await scriptedRegistry();
  const proxy = await forwardProxy({ port: () => registry.port, login: { username: 'anna', password } });
  const person = await sitDown();
  Object.assign(person.environment, {
    HTTP_PROXY: `http://anna:${password}@${proxy.host}`,
    HTTPS_PROXY: `http://anna:${password}@${proxy.host}`,
    NO_PROXY: '',
  });
  return { registry, proxy, person };
}

const list = (...more: string[]) => ['list', '--repo', 'registry.lan:5000/team/mail', ...more];

describe('the command line', () => {
  it('goes through the proxy of the environment, and to plain HTTP only when it is told to, with a warning', async () => {
    const { registry, proxy, person } = await behindProxy();
    const refused = await person.run(...list());
    expect(refused.exitCode).toBe(1);
    expect(registry.requests).toEqual([]);
    registry.always('GET', '/v2/team/mail/tags/list', { body: { name: 'team/mail', tags: [] } });
    const listed = await person.run(...list('--plain-http', '--json'));
    expect(listed.exitCode).toBe(0);
    expect(listed.err).toContain('registry.lan:5000');
    expect(proxy.passed.at(-1)).toMatch(/^GET http:\/\/registry\.lan:5000\/v2\//);
    for (const { out, err } of [refused, listed]) expect(out + err).not.toContain(password);
  });

  it('knows the hosts that the home allows to be reached without encryption', async () => {
    const { registry, person } = await behindProxy();
    registry.always('GET', '/v2/team/mail/tags/list', { body: { name: 'team/mail', tags: [] } });
    const home = await ensureHome(person.environment.DOCKERCOMMS_HOME ?? '');
    const store = Store.open(`${home}/dockercomms.sqlite`);
    store.settings.patch({ network: { plainHttpHosts: ['registry.lan:5000'] } });
    store.close();
    const listed = await person.run(...list());
    expect(listed.exitCode).toBe(0);
    expect(listed.err).toContain('registry.lan:5000');
  });

  it('ends as for a login when the proxy does not accept one, and names the proxy without its password', async () => {
    const { proxy, person } = await behindProxy();
    Object.assign(person.environment, { HTTP_PROXY: `http://anna:${password}-wrong@${proxy.host}` });
    const refused = await person.run(...list('--plain-http'));
    expect(refused.exitCode).toBe(3);
    expect(refused.err).toContain(proxy.host);
    expect(refused.out + refused.err).not.toContain(password);
  });

  it('says on stderr what the registry warns of, once, and nothing of it on stdout', async () => {
    const { registry, person } = await behindProxy();
    registry.always('GET', '/v2/team/mail/tags/list', ({ query }) => ({
      body: { name: 'team/mail', tags: query.has('last') ? [] : ['v1'] },
      headers: {
        warning: '299 - "It moves on Monday."',
        link: query.has('last') ? [] : '</v2/team/mail/tags/list?last=v1>; rel="next"',
      },
    }));
    const listed = await person.run(...list('--plain-http', '--json'));
    expect(registry.requests.length).toBeGreaterThan(1);
    expect(listed.err.split('It moves on Monday.')).toHaveLength(2);
    expect(listed.json()).toEqual({ messages: [], receipts: [] });
  });
});
