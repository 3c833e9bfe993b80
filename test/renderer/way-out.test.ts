import { describe, expect, it } from 'vitest';
import { toDockerCommsError } from '../../main/base/errors.ts';
import { failureReasons } from '../../main/base/reasons.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { ConnectionCheck, ConnectionReport } from '../../preload/contract/connection.ts';
import { words } from '../../renderer/locales/en.ts';
import { networkOffer, networkOfferOf } from '../../renderer/setup/network-offer.ts';
import { wayOutOf } from '../../renderer/state/way-out.ts';

const proxy = 'http://proxy.example.com:3128';
type Detail = ErrorView['detail'];
const network = (detail: Detail = {}) => ({ code: 'network', detail }) as const;

describe('the way out of a failure', () => {
  it.each([
    ['a login that is refused', 'auth', { reason: 'login-refused' }, 'accounts'],
    ['any other lack of permission', 'auth', {}, 'accounts'],
    ['a proxy that wants a login', 'network', { reason: 'proxy-login-required', proxy }, 'network'],
    ['a certificate that nobody vouches for', 'network', { reason: 'untrusted-certificate' }, 'connectivity'],
    ['keys that changed', 'untrusted', { reason: 'keys-changed' }, 'change'],
    ['a registry that cannot do something', 'unsupported', {}, 'connectivity'],
    ['a line that is down', 'network', {}, null],
    ['a file that is too large', 'too-large', {}, null],
  ] as const)('of %s', (_, code, detail, expected) => {
    expect(wayOutOf({ code, detail })).toBe(expected);
  });

  it('goes by the reason, whatever the code', () => {
    expect(wayOutOf({ code: 'auth', detail: { reason: 'proxy-refused' } })).toBe('network');
  });

  it('of what this computer does not take is another folder, for what comes in only', () => {
    expect(wayOutOf({ code: 'storage', detail: {} }, true)).toBe('downloads');
    expect(wayOutOf({ code: 'storage', detail: {} })).toBeNull();
  });

  it('of a home that is full is no other folder, also for what comes in', () => {
    expect(wayOutOf({ code: 'storage', detail: { reason: 'home-storage' } }, true)).toBeNull();
  });

  it.each(['EMFILE', 'ENFILE'])('of too many open files (%s) is no other folder', (code) => {
    const { detail } = toDockerCommsError(Object.assign(new Error(code), { code }));
    expect(wayOutOf({ code: 'storage', detail }, true)).toBeNull();
  });

  it('has a name wherever it leads', () => {
    const ways = failureReasons.map((reason) => wayOutOf({ code: 'internal', detail: { reason } }));
    for (const way of ways) if (way !== null) expect(words.wayOut[way]).not.toBe('');
  });
});

describe('what is offered of the network before there is an account', () => {
  it.each([
    ['the proxy that said no', network({ reason: 'proxy-refused', proxy }), { kind: 'proxy', proxy }],
    ['a proxy, perhaps, where nothing answers', network(), { kind: 'maybe-proxy', proxy: null }],
    [
      'authorities, where nobody vouches for the certificate',
      network({ reason: 'untrusted-certificate' }),
      { kind: 'authorities', proxy: null },
    ],
    [
      "a certificate of one's own, where the registry wants to see one",
      network({ reason: 'client-certificate' }),
      { kind: 'client-certificate', proxy: null },
    ],
  ] as const)('%s', (_, error, offer) => {
    expect(networkOffer(error)).toEqual(offer);
  });

  it('is nothing where the registry itself says no', () => {
    expect(networkOffer({ code: 'auth', detail: { reason: 'login-refused' } })).toBeNull();
    expect(networkOffer({ code: 'not-found', detail: {} })).toBeNull();
    expect(networkOffer(network({ reason: 'plain-http-only' }))).toBeNull();
  });

  const check = (name: ConnectionCheck['name'], outcome: ConnectionCheck['outcome'], error?: Detail) =>
    ({ name, outcome, ...(error && { error: { ...network(error), message: 'No.' } }) }) as ConnectionCheck;
  const report = (...checks: ConnectionCheck[]) => ({ checks }) as unknown as ConnectionReport;

  it('asks about a proxy only while the registry was not reached', () => {
    const cut = check('push', 'failed', {});
    expect(networkOfferOf(report(check('reach', 'failed', {})))).toMatchObject({ kind: 'maybe-proxy' });
    expect(networkOfferOf(report(check('reach', 'passed'), cut))).toBeNull();
  });

  it('is of a proxy that fails later, too', () => {
    const later = check('push', 'failed', { reason: 'proxy-refused', proxy });
    expect(networkOfferOf(report(check('reach', 'passed'), later))).toEqual({ kind: 'proxy', proxy });
  });
});
