import { describe, expect, it } from 'vitest';
import { SystemProxies } from '../../main/messenger/network/system-proxies.ts';
import { testClock } from '../oci/scripted.ts';

const target = (host: string) => new URL(`https://${host}/v2/`);

describe('the system’s proxies', () => {
  it('are asked once for an origin and a short time, also by many at once', async () => {
    const clock = testClock();
    const asked: string[] = [];
    const proxies = new SystemProxies(({ host }) => {
      asked.push(host);
      return Promise.resolve(`PROXY ${host}:1`);
    }, clock);
    const found = await Promise.all(
      ['a', 'a', 'b', 'a:5000'].map((host) => proxies.for(target(host)).catch(() => null)),
    );
    expect(found.map((proxy) => proxy?.address.host)).toEqual(['a:1', 'a:1', 'b:1', undefined]);
    expect(asked).toEqual(['a', 'b', 'a:5000']);
    clock.advance(60_000);
    await proxies.for(target('a'));
    expect(asked).toEqual(['a', 'b', 'a:5000', 'a']);
  });

  it('that cannot be had fail `network`, and are asked again the next time', async () => {
    const answers = [() => Promise.reject(new Error('no')), () => Promise.resolve('DIRECT')];
    const proxies = new SystemProxies(() => (answers.shift() ?? expect.unreachable)(), testClock());
    await expect(proxies.for(target('a'))).rejects.toMatchObject({ code: 'network' });
    expect(await proxies.for(target('a'))).toBeNull();
  });

  it('that never answer keep nobody waiting for ever', async () => {
    const proxies = new SystemProxies(() => new Promise<string>(() => undefined), testClock());
    await expect(proxies.for(target('a'))).rejects.toMatchObject({ code: 'network' });
  });

  it('are remembered for a bounded number of origins', async () => {
    const asked: string[] = [];
    const proxies = new SystemProxies(({ host }) => {
      asked.push(host);
      return Promise.resolve('DIRECT');
    }, testClock());
    for (let index = 0; index < 100; index++) await proxies.for(target(`h${index}`));
    await proxies.for(target('h99'));
    expect(asked).toHaveLength(100);
    await proxies.for(target('h0'));
    expect(asked).toHaveLength(101);
  });
});
