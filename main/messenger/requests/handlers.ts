import type { RequestHandlers } from '../call.ts';
import { accountRequests } from './accounts.ts';
import { cleanupRequests } from './cleanup.ts';
import { appRequests } from './app.ts';
import { connectionRequests } from './connection.ts';
import { identityRequests } from './identity.ts';
import { conversationRequests } from './conversations.ts';
import { localNetworkRequests } from './local-network.ts';
import { messageRequests } from './messages.ts';
import { networkRequests } from './network.ts';
import { peopleRequests } from './people.ts';
import { searchRequests } from './search.ts';
import type { EngineServices } from './services.ts';
import { settingsRequests } from './settings.ts';

/** Every request of the contract with its handler; one file for each group of names. */
export function requestHandlers(services: EngineServices): RequestHandlers {
  return {
    ...appRequests(services),
    ...accountRequests(services),
    ...connectionRequests(services),
    ...localNetworkRequests(services),
    ...peopleRequests(services),
    ...identityRequests(services),
    ...conversationRequests(services),
    ...messageRequests(services),
    ...networkRequests(services),
    ...searchRequests(services),
    ...settingsRequests(services),
    ...cleanupRequests(services),
  };
}
