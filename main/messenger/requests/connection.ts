import { parseRepositoryReference } from '../../oci/reference.ts';
import { understandRepository } from '../connection/understand.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function connectionRequests({
  context,
  accounts,
  connectionTests,
}: EngineServices): HandlersOf<'connection'> {
  return {
    'connection.understand': ({ reference }) => understandRepository(reference),
    'connection.toolLogin': ({ repository }) =>
      context.containerTools.offerFor(parseRepositoryReference(repository)),
    'connection.test': ({ testId, ...input }) =>
      'accountId' in input
        ? connectionTests.ofAccount(testId, accounts.get(input.accountId))
        : connectionTests.ofUnsaved(testId, input.repository, input.login),
    'connection.cancelTest': ({ testId }) => {
      connectionTests.cancel(testId);
      return null;
    },
    'connection.connectivity': () =>
      accounts.list().map((account) => ({
        accountId: account.id,
        report: connectionTests.lastReport(account),
        ...accounts.looks(account),
      })),
  };
}
