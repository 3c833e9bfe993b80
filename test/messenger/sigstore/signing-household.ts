/** People whose public signatures are made by services of their own, for tests of the engine. */
import { onTestFinished } from 'vitest';
import type { RequestInput } from '../../../preload/contract/requests.ts';
import type { HostAbilities } from '../../../main/messenger/engine.ts';
import { startIdentityProvider } from '../../peers/identity-provider.ts';
import type { SigstoreServices } from '../../peers/sigstore-instance.ts';
import { sigstoreServices } from '../../peers/sigstore-services.ts';
import { aliceAndBob, aliceId, type Resident } from '../household.ts';

/** Signs everybody in as `email`, until the test ends. */
export async function providerOf(email: string) {
  const provider = await startIdentityProvider({ email });
  onTestFinished(() => provider.stop());
  return provider;
}

export function useInstance(resident: Resident, { url, trustedRoot }: SigstoreServices, issuer: URL) {
  return resident.ask('settings.update', {
    sigstore: {
      ...{ instance: 'private', fulcio: url.href, rekor: url.href, rekorVersion: 1 },
      ...{ timestampAuthority: url.href, issuer: issuer.href, clientId: 'sigstore' },
      trust: { kind: 'file', trustedRoot: trustedRoot.toString('utf8') },
    },
  });
}

/** Alice and Bob, and who signs Alice in. */
export async function household(host?: HostAbilities) {
  const people = await aliceAndBob(host);
  const services = await sigstoreServices();
  const provider = await providerOf(aliceId);
  for (const resident of [people.alice, people.bob]) await useInstance(resident, services, provider.issuer);
  const [account] = await people.alice.ask('accounts.list', {});
  return { ...people, services, provider, accountId: account?.id ?? '' };
}

/** As a browser would: it goes where it is sent, and back. */
export async function signIn(
  alice: Resident,
  accountId: string,
  purpose: RequestInput<'signIn.begin'>['purpose'] = 'confirm',
) {
  const { url } = await alice.ask('signIn.begin', { accountId, answer: 'loopback', purpose });
  const finished = alice.ask('signIn.finish', { accountId });
  await fetch(url);
  return finished;
}
