import type { RequestHandlers } from '../call.ts';
import { accountsRequests } from './accounts.ts';
import { broughtRequests } from './brought.ts';
import { cleanupRequests } from './cleanup.ts';
import { appRequests } from './app.ts';
import { connectionRequests } from './connection.ts';
import { identityRequests } from './identity.ts';
import { conversationsRequests } from './conversations.ts';
import { localNetworkRequests } from './local-network.ts';
import { messagesRequests } from './messages.ts';
import { networkRequests } from './network.ts';
import { peopleRequests } from './people.ts';
import { quietRequests } from './quiet.ts';
import { refusalsRequests } from './refusals.ts';
import { searchRequests } from './search.ts';
import type { EngineServices } from './services.ts';
import { signInRequests } from './sign-in.ts';
import { settingsRequests } from './settings.ts';
import { updatesRequests } from './updates.ts';
import { vaultRequests } from './vault.ts';

/** Every request of the contract with its handler; one file for each group of names. */
export function requestHandlers(services: EngineServices): RequestHandlers {
  return {
    ...appRequests(services),
    ...accountsRequests(services),
    ...broughtRequests(services),
    ...connectionRequests(services),
    ...localNetworkRequests(services),
    ...peopleRequests(services),
    ...identityRequests(services),
    ...conversationsRequests(services),
    ...messagesRequests(services),
    ...networkRequests(services),
    ...searchRequests(services),
    ...settingsRequests(services),
    ...cleanupRequests(services),
    ...quietRequests(services),
    ...refusalsRequests(services),
    ...updatesRequests(services),
    ...vaultRequests(services),
    ...signInRequests(services),
  };
}
