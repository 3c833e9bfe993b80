import type { ConnectivityView } from '../../../preload/contract/connection.ts';
import { capabilityNames } from '../../oci/capabilities.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { shownCertificate } from '../../oci/pinned-certificate.ts';
import { parseRepositoryReference, registryUrl } from '../../oci/reference.ts';
import { understandRepository } from '../connection/understand.ts';
import type { EngineContext } from '../context.ts';
import type { EngineServices, HandlersOf } from './services.ts';

/** Registries that are offered at a glance: who has more knows which one they want. */
const mostRegistries = 6;

export function connectionRequests({
  context,
  accounts,
  connectionTests,
}: EngineServices): HandlersOf<'connection'> {
  return {
    'connection.understand': ({ reference }) => understandRepository(reference, context.repositories.network),
    'connection.toolLogin': ({ repository }) =>
      context.containerTools.offerFor(parseRepositoryReference(repository)),
    'connection.toolRegistries': async () => {
      const known = await context.containerTools.suggestions();
      return known.slice(0, mostRegistries).map(({ host, path, username, source }) => ({
        place: path === null ? host : `${host}/${path}`,
        ...{ username, source },
      }));
    },
    'connection.test': ({ testId, ...input }) =>
      'accountId' in input
        ? connectionTests.ofAccount(testId, accounts.get(input.accountId))
        : connectionTests.ofUnsaved(testId, input.repository, input.login),
    'connection.cancelTest': ({ testId }) => {
      connectionTests.cancel(testId);
      return null;
    },
    'connection.acceptCertificate': async ({ repository, fingerprint }) => {
      await acceptCertificate(context, repository, fingerprint);
      return null;
    },
    'connection.forgetCertificate': ({ repository }) => {
      context.pinned.forget(repository);
      trustChanged(context);
      return null;
    },
    'connection.connectivity': () =>
      accounts.list().map((account) => ({
        accountId: account.id,
        report: connectionTests.lastReport(account),
        ...accounts.looks(account),
        learnt: learntOf(context.repositories.for(account)),
      })),
  };
}

/** What was compared is what is accepted: the host is asked again, since it may show something else by now. */
async function acceptCertificate(
  context: EngineContext,
  repository: string,
  fingerprint: string,
): Promise<void> {
  const reference = parseRepositoryReference(repository);
  const { host } = reference;
  const present = context.pinned.ofRepository(repository);
  if (present === fingerprint) return;
  if (present !== null) {
    throw new DockerCommsError('conflict', `Another certificate is accepted for ${host} already.`);
  }
  const shown = await shownCertificate(registryUrl(reference));
  if (shown.fingerprint !== fingerprint) {
    throw new DockerCommsError('untrusted', `${host} shows another certificate by now. Test it again.`);
  }
  context.pinned.accept(repository, fingerprint);
  trustChanged(context);
}

function trustChanged({ repositories, events }: EngineContext): void {
  repositories.reconnect();
  events.emit({ type: 'accounts.changed' });
}

function learntOf({ capabilities }: OciRepository): ConnectivityView['learnt'] {
  return capabilityNames.flatMap((name) => {
    const { state, learntAt } = capabilities.report(name);
    return state === 'unknown' || learntAt === null ? [] : [{ name, works: state === 'yes', at: learntAt }];
  });
}
