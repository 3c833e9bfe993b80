import { expect, test } from 'vitest';
import type { SigstoreSettings } from '../../preload/contract/sigstore.ts';
import { systemClock } from '../../main/base/clock.ts';
import { MiB } from '../../main/base/limits.ts';
import { keylessSigner } from '../../main/trust/keyless-signer.ts';
import { firstProfile, nextProfile, type ProfileEdit } from '../../main/trust/own-profile.ts';
import { Judge } from '../../main/messenger/trust/judge.ts';
import type { SignedProfile } from '../../main/trust/profile-succession.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { identityToken, tokenIssuer } from '../peers/sigstore-instance.ts';
import { sigstoreServices } from '../peers/sigstore-services.ts';
import { aliceId, startSwitchableRegistry } from './household.ts';
import { showProfile, wholeSecond, writeAs } from './strangers.ts';
import { workbench } from './workbench.ts';

type PrivateInstance = Extract<SigstoreSettings, { instance: 'private' }>;

const minute = 60_000;
const by = (subject: string) => [{ subject, issuer: tokenIssuer }];
const byAlice = { by: by(aliceId), others: [], problem: null };

/** Bob, and Alice's profiles as she certifies her key in them. */
async function bobMeetsAlice() {
  const registry = await startSwitchableRegistry();
  const { context, account, clock } = await workbench(registry.mailbox);
  const { store, knownKeys, repositories, settings } = context;
  const { url, trustedRoot } = await sigstoreServices();
  const believe = (trust: PrivateInstance['trust']) =>
    settings.update({
      sigstore: {
        ...{ instance: 'private', fulcio: url.href, rekor: url.href, rekorVersion: 1 },
        ...{ timestampAuthority: null, issuer: tokenIssuer, clientId: 'sigstore', trust },
      },
    });
  const file = { kind: 'file', trustedRoot: trustedRoot.toString('utf8') } as const;
  believe(file);
  const key = createSigningKey();
  /** What the owner of `email` says of Alice's key. */
  const signerOf = (email: string, at: URL) =>
    keylessSigner({
      services: { fulcio: at, rekor: at, rekorVersion: 1 },
      ...{ fetch: repositories.fetch(MiB), clock: systemClock },
      identityToken: () => Promise.resolve(identityToken(email)),
    });
  const certificationBy = (email: string, at: URL) =>
    signerOf(email, at).sign(subjectOf(key.verifying.spki).digest);
  /** What Bob makes of a message in Alice's name that only the owner of `email` has signed, without a key. */
  const judged = async (email: string) => {
    const { manifest } = await writeAs(registry.mailbox, signerOf(email, url), {}, 'hello');
    const options = { account, repository: registry.mailbox, listed: null };
    return new Judge(context, { ...options, signal: new AbortController().signal }).judge(aliceId, manifest);
  };
  const device = { key: key.verifying, addedAt: wholeSecond(clock.now()) };
  const person = store.people.ensure(aliceId, clock.now());
  const look = () => knownKeys.look(person, repositories.for(account), { from: 'mailbox' });
  const first = firstProfile(aliceId, device, [], clock.now());
  /** What follows is shown to Bob, who looks at it. */
  const show = async (
    current: SignedProfile | null,
    edit: ProfileEdit = {},
    others: readonly SigningKey[] = [],
  ) => {
    clock.pass(minute);
    const next = current === null ? first : nextProfile(current, edit, clock.now());
    const shown = await showProfile(registry.mailbox, next, key, ...others);
    await look();
    return shown;
  };
  const certified = async (current: SignedProfile, email: string, services = url) =>
    show(current, {
      certify: { device: key.verifying.fingerprint, certification: await certificationBy(email, services) },
    });
  const trust = () => {
    const one = knownKeys.trustOf(person);
    // Lists of people say of each what is said of them alone.
    expect(knownKeys.trustOfEverybody()(person)).toEqual(one);
    return one;
  };
  const becomes = (expected: object) => expect.poll(trust).toMatchObject(expected);
  const decide = (keys: 'old' | 'new') => knownKeys.acceptChange(person.id, keys);
  const canBeWrittenTo = () => knownKeys.requireNoAlarm(person);
  return {
    judged,
    look,
    believe,
    file,
    ...{ clock, key, show, certified, trust, becomes, decide, canBeWrittenTo },
  };
}

const alarm = { kind: 'alarm', reason: 'other-certifier', blocking: true };
const mallory = 'mallory@example.com';

/** Bob knows Alice's key as certified by herself. */
async function bobKnowsAlice() {
  const meeting = await bobMeetsAlice();
  const alices = await meeting.certified(await meeting.show(null), aliceId);
  await meeting.becomes({ certification: byAlice, change: null });
  return { ...meeting, alices };
}

test('who signed in for somebody’s key is told, and nothing is to be decided', async () => {
  const { show, certified, trust, becomes } = await bobMeetsAlice();
  const plain = await show(null);
  expect(trust().certification).toEqual({ by: [], others: [], problem: null });
  await certified(plain, aliceId);
  await becomes({ certification: byAlice, change: null });
});

test('what the trusted authorities do not vouch for is nobody’s, and is said', async () => {
  const { show, certified, becomes } = await bobMeetsAlice();
  const { url } = await sigstoreServices();
  await certified(await show(null), aliceId, url);
  await becomes({ certification: { by: [], others: [], problem: 'unproven' }, change: null });
});

test('what could not be checked says so, and is checked when that is possible', async () => {
  const { show, certified, trust, becomes, believe, file, look } = await bobMeetsAlice();
  believe({ kind: 'tuf', mirror: 'http://127.0.0.1:1/', root: '{}' });
  await certified(await show(null), aliceId);
  expect(trust().certification).toEqual({ by: [], others: [], problem: 'unchecked' });
  believe(file);
  await look();
  await becomes({ certification: byAlice });
});

test('a message that is signed by the certificate alone counts as theirs once it is known who they are to whom issued it', async () => {
  const { judged, show, certified, becomes } = await bobMeetsAlice();
  const plain = await show(null);
  expect(await judged(aliceId)).toMatchObject({ trust: 'foreign', reason: 'no-trusted-root' });
  await certified(plain, aliceId);
  await becomes({ certification: byAlice });
  expect(await judged(aliceId)).toEqual({ trust: 'signed', reason: null, signer: null });
  expect(await judged(mallory)).toMatchObject({ trust: 'foreign', reason: 'certificate-not-accepted' });
});

test('where no trusted root can be had a certificate proves nothing, and nothing else stops for it', async () => {
  const { judged, believe } = await bobKnowsAlice();
  believe({ kind: 'tuf', mirror: 'http://127.0.0.1:1/', root: '{}' });
  expect(await judged(aliceId)).toMatchObject({ trust: 'foreign', reason: 'no-trusted-root' });
});

test('somebody else later is an alarm, and the first one goes on to count', async () => {
  const { certified, alices, becomes, canBeWrittenTo } = await bobKnowsAlice();
  await certified(alices, mallory);
  await becomes({ certification: { others: by(mallory) }, change: alarm });
  expect(canBeWrittenTo).toThrow(expect.objectContaining({ code: 'untrusted' }));
});

test('whom a person ignored raises no second alarm; others do', async () => {
  const { certified, alices, becomes, decide, trust, canBeWrittenTo } = await bobKnowsAlice();
  const mallorys = await certified(alices, mallory);
  await becomes({ change: alarm });
  decide('old');
  expect(trust()).toMatchObject({ certification: { others: [] }, change: null });
  canBeWrittenTo();
  const again = await certified(mallorys, mallory);
  await certified(again, 'trudy@example.com');
  await becomes({ certification: { others: by('trudy@example.com') }, change: alarm });
});

test('somebody else counts once a person says that they are the same', async () => {
  const { certified, alices, becomes, decide } = await bobKnowsAlice();
  await certified(alices, 'alice@work.example');
  await becomes({ change: alarm });
  decide('new');
  await becomes({ certification: { by: by('alice@work.example'), others: [] }, change: null });
});

test('what was withdrawn is told no longer, and still says who they are', async () => {
  const { key, show, certified, alices, becomes, trust } = await bobKnowsAlice();
  const withdrawn = await show(alices, {
    certify: { device: key.verifying.fingerprint, certification: null },
  });
  expect(trust().certification).toEqual({ by: [], others: [], problem: null });
  await certified(withdrawn, mallory);
  await becomes({ certification: { others: by(mallory) }, change: alarm });
});

test('no new device makes the question go away', async () => {
  const { clock, show, certified, alices, becomes, trust } = await bobKnowsAlice();
  const mallorys = await certified(alices, mallory);
  await becomes({ change: alarm });
  const phone = createSigningKey();
  await show(mallorys, { add: [{ key: phone.verifying, addedAt: wholeSecond(clock.now()) }] }, [phone]);
  expect(trust()).toMatchObject({ change: alarm });
});
