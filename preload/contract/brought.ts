/**
 * What the system brought from outside the window: files (Send to, Open with, a drop on the icon) and links. It waits in
 * the host until the window can ask for it, also through the first run and while the home is locked.
 */
import { z } from 'zod';
import type { InviteView } from './identity.ts';
import type { TakenFiles } from './messages.ts';
import { fieldLimits } from './field-limits.ts';
import { id, nothing, request } from './request.ts';

/** What a link says. Reading one changes nothing. */
export type LinkView =
  | { readonly kind: 'invitation'; readonly invitation: InviteView }
  | {
      readonly kind: 'conversation';
      readonly identity: string;
      /** Where they are written to, as the link claims; null: it does not say. */
      readonly mailbox: string | null;
      /** The conversation with them, the one with the newest activity; null: there is none. */
      readonly conversationId: string | null;
    };

export const broughtRequests = {
  /** The files that wait, each once. */
  'brought.takeFiles': request(nothing).returns<TakenFiles>(),
  /** The link that waits, once; null: none. It is what somebody made of it: `links.read` says what it means. */
  'brought.takeLink': request(nothing).returns<string | null>(),
  /** Fails `invalid`, `unsupported`. */
  'links.read': request(z.strictObject({ link: z.string().max(fieldLimits.invitation) })).returns<LinkView>(),
  /** A link that leads others to this person, and proves nothing. */
  'links.ofConversation': request(z.strictObject({ conversationId: id })).returns<{
    readonly link: string;
  }>(),
};
