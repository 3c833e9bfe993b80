import { describe, expect, it } from 'vitest';
import { sigstoreSchema, type SigstoreSettings } from '../../preload/contract/sigstore.ts';
import { ownInstanceOf, problemsOf, settingsOf } from '../../renderer/settings/own-instance.ts';

const own: SigstoreSettings = {
  ...{ instance: 'private', fulcio: 'https://fulcio.example', rekor: 'https://rekor.example' },
  ...{ rekorVersion: 2, timestampAuthority: 'https://stamps.example/', issuer: 'https://login.example' },
  clientId: 'dockercomms',
  trust: { kind: 'tuf', mirror: 'https://tuf.example', root: '{}' },
};

describe('services of one’s own', () => {
  it.each([
    ['with a mirror', own],
    ['with a file', { ...own, trust: { kind: 'file', trustedRoot: '{}' } }],
    ['without stamps', { ...own, rekorVersion: 1, timestampAuthority: null }],
  ] as const)('are saved as they were shown, %s', (_title, settings) => {
    const shown = ownInstanceOf(settings);
    expect(problemsOf(shown)).toEqual({});
    expect(settingsOf(shown)).toEqual(settings);
    expect(sigstoreSchema.parse(settingsOf(shown))).toEqual(settings);
  });

  it('begin empty, and say of each field what is missing', () => {
    const problems = problemsOf(ownInstanceOf({ instance: 'public' }));
    expect(Object.keys(problems).sort()).toEqual(['document', 'fulcio', 'issuer', 'rekor']);
  });

  it.each([
    ['not encrypted', 'http://fulcio.example'],
    ['no address', 'fulcio'],
    ['a login in it', 'https://me:secret@fulcio.example'],
    ['another scheme', 'file:///etc/passwd'],
  ])('have no address that is %s', (_title, fulcio) => {
    expect(Object.keys(problemsOf({ ...ownInstanceOf(own), fulcio }))).toEqual(['fulcio']);
  });

  it('may be on this very computer', () => {
    expect(problemsOf({ ...ownInstanceOf(own), fulcio: 'http://127.0.0.1:5555' })).toEqual({});
    expect(problemsOf({ ...ownInstanceOf(own), fulcio: 'http://localhost:5555' })).toEqual({});
  });

  it('need a stamp where the log gives no time', () => {
    expect(Object.keys(problemsOf({ ...ownInstanceOf(own), timestampAuthority: ' ' }))).toEqual([
      'timestampAuthority',
    ]);
  });
});
