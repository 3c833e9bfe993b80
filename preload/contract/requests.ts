/**
 * The contract between window and engine: every request, declared in the file that is named after the part before the
 * dot (`localNetwork.…` in local-network.ts). Groups without a file of their own: `attachments.…` stands with the messages,
 * `invites.…` with the identity, `folders.…` with the settings, `links.…` with the brought. The type of an answer stands in the same file, or is
 * imported there from the group that it belongs to. Pure: schemas and types only, so the engine, hosts and window may
 * import it.
 *
 * A call crosses the bridge as `{method, input}` and comes back as an `Answer`. Inputs are validated in the main
 * process with the schema here, whatever host they came through.
 */
import type { z } from 'zod';
import { appRequests } from './app.ts';
import { connectionRequests } from './connection.ts';
import { accountsRequests } from './accounts.ts';
import { broughtRequests } from './brought.ts';
import { localNetworkRequests } from './local-network.ts';
import { peopleRequests } from './people.ts';
import { identityRequests } from './identity.ts';
import { conversationsRequests } from './conversations.ts';
import { messagesRequests } from './messages.ts';
import { searchRequests } from './search.ts';
import { settingsRequests } from './settings.ts';
import { cleanupRequests } from './cleanup.ts';
import { signInRequests } from './sign-in.ts';
import { networkRequests } from './network.ts';
import { quietRequests } from './quiet.ts';
import { refusalsRequests } from './refusals.ts';
import { updatesRequests } from './updates.ts';
import { vaultRequests } from './vault.ts';
import type { RequestDefinition } from './request.ts';

/** Every request with the schema of its input and the type of its answer. */
export const requests = {
  ...appRequests,
  ...connectionRequests,
  ...accountsRequests,
  ...broughtRequests,
  ...localNetworkRequests,
  ...peopleRequests,
  ...identityRequests,
  ...conversationsRequests,
  ...messagesRequests,
  ...searchRequests,
  ...settingsRequests,
  ...cleanupRequests,
  ...networkRequests,
  ...quietRequests,
  ...refusalsRequests,
  ...updatesRequests,
  ...vaultRequests,
  ...signInRequests,
} as const;

export type RequestName = keyof typeof requests;

/** What a caller passes (defaults may be left out). */
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['input']>;

/** What a handler gets, after validation. */
export type ValidInput<Name extends RequestName> = z.output<(typeof requests)[Name]['input']>;

export type RequestOutput<Name extends RequestName> =
  (typeof requests)[Name] extends RequestDefinition<z.ZodType, infer Output> ? Output : never;
