import type { AccountView } from '../../../preload/contract/accounts.ts';
import { isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import type { EngineContext } from '../context.ts';
import { waitingRequests } from '../inbox/request-seats.ts';
import { readDeviceFile } from '../trust/device-file.ts';
import { accountView } from '../views.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function accountsRequests({
  context,
  accounts,
  notifier,
  connectionTests,
  signIns,
}: EngineServices): HandlersOf<'accounts'> {
  const view = (account: Parameters<typeof accountView>[0]): AccountView =>
    accountView(account, {
      connection: accounts.connection(account),
      addresses: account.kind === 'this-computer' ? context.localNetwork.addresses() : [account.repository],
      unencrypted: isUnencrypted(context, account.repository),
      waitingRequests: waitingRequests(context, account),
      newDevices: context.ownProfiles.newDevices(account.id).length,
      keyAlarm: context.ownProfiles.alarmOf(account.id),
      acceptedCertificate: context.pinned.ofRepository(account.repository),
    });
  return {
    'accounts.list': () => accounts.list().map(view),
    'accounts.create': async (input) =>
      view(
        input.kind === 'this-computer'
          ? await accounts.createOnThisComputer(input.identity)
          : await accounts.createOnRegistry(input.identity, input.repository, input.login),
      ),
    'accounts.join': async ({ file, passphrase, login }) =>
      view(await accounts.join(await readDeviceFile(file, passphrase), login)),
    'accounts.update': async ({ accountId, ...change }) => {
      const changed = await accounts.update(accountId, change);
      // What was tested was another login, or another place.
      connectionTests.forget(accountId);
      return view(changed);
    },
    'accounts.remove': async ({ accountId }) => {
      const gone = context.store.conversations.list().filter((talk) => talk.accountId === accountId);
      await accounts.remove(accountId);
      connectionTests.forget(accountId);
      signIns.forget(accountId);
      for (const { id } of gone) notifier.withdraw(id);
      notifier.tellUnread();
      return null;
    },
    'accounts.sync': async ({ accountId }) => {
      await accounts.sync(accountId);
      return null;
    },
  };
}

function isUnencrypted({ repositories }: EngineContext, repository: string): boolean {
  const { host } = parseRepositoryReference(repository);
  return !isLoopbackHost(host) && repositories.network.usesPlainHttp(host);
}
