import type { LoginChoice } from '../../../preload/contract.ts';
import type { AccountView } from '../../../preload/views.ts';
import { parseRepositoryReference } from '../../oci/reference.ts';
import { OciRepository } from '../../oci/repository.ts';
import { testConnection, understandRepository } from '../connection.ts';
import type { EngineContext } from '../context.ts';
import { accountView } from '../views.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function accountRequests({
  context,
  accounts,
  notifier,
}: EngineServices): HandlersOf<'accounts'> & HandlersOf<'connection'> {
  const view = (account: Parameters<typeof accountView>[0]): AccountView =>
    accountView(account, accounts.connection(account));
  return {
    'connection.understand': ({ reference }) => understandRepository(reference),
    'connection.toolLogin': ({ repository }) =>
      context.containerTools.offerFor(parseRepositoryReference(repository)),
    'connection.test': (input) =>
      'accountId' in input
        ? testConnection(context.repositories.for(accounts.get(input.accountId)))
        : testUnsaved(context, input),
    'accounts.list': () => accounts.list().map(view),
    'accounts.create': async (input) =>
      view(
        input.kind === 'this-computer'
          ? await accounts.createOnThisComputer(input.identity)
          : await accounts.createOnRegistry(input.identity, input.repository, input.login),
      ),
    'accounts.update': async ({ accountId, ...change }) => view(await accounts.update(accountId, change)),
    'accounts.remove': async ({ accountId }) => {
      await accounts.remove(accountId);
      notifier.tellUnread();
      return null;
    },
    'accounts.sync': async ({ accountId }) => {
      await accounts.sync(accountId);
      return null;
    },
  };
}

interface UnsavedConnection {
  readonly repository: string;
  readonly login?: LoginChoice | undefined;
}

/** Tries a repository and a login that are not kept anywhere yet. */
async function testUnsaved({ logins }: EngineContext, { repository, login }: UnsavedConnection) {
  const reference = parseRepositoryReference(repository);
  const client = new OciRepository(reference, {
    credentials: () => (login === undefined ? logins.find(reference) : logins.use(login, reference)),
  });
  try {
    return await testConnection(client);
  } finally {
    await client.close();
  }
}
