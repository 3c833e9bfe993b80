import type { InviteView } from '../../preload/contract/identity.ts';
import type { RequestInput } from '../../preload/contract/requests.ts';
import type { Client } from './client.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { Whereabouts } from './whereabouts.svelte.ts';

/** Somebody to write to, as far as it was said already. */
export interface Addressee {
  readonly identity: string;
  readonly mailbox: string;
}
const nobody: Addressee = { identity: '', mailbox: '' };

export interface IntroductionsOptions {
  readonly client: Client;
  readonly notices: Notices;
  readonly where: Whereabouts;
  /** Asks for the conversations again: there is one more. */
  readonly reload: () => Promise<unknown>;
}

/** How people find each other: links, invitations and addresses, and what of them waits until a form takes it. */
export class Introductions {
  /** The account that an invitation is made for; null: the first one. */
  invitingAs = $state<string | null>(null);
  /** A repository to connect, for a start. */
  wantedRepository = $state('');
  /** An invitation that waits to be followed. */
  invitation = $state('');
  /** What the last invitation said of the certificate of its host. */
  vouched = $state.raw<Pick<InviteView, 'host' | 'certificate'> | null>(null);
  /** Who a new conversation is to be with, for a start. */
  #addressee = nobody;
  readonly #options: IntroductionsOptions;

  constructor(options: IntroductionsOptions) {
    this.#options = options;
  }

  /** Makes a link for somebody else. */
  invite(accountId: string | null = null): void {
    this.invitingAs = accountId;
    this.#options.where.dialog = 'invite';
  }

  /**
   * Shows what a link leads to, and does nothing else: a conversation that is there, or a form that a person fills in and
   * sends. A link that makes no sense becomes a notice.
   */
  async openLink(text: string): Promise<void> {
    const { client, notices, where } = this.#options;
    await notices.attempt(async () => {
      const link = await client.call('links.read', { link: text });
      if (link.kind === 'invitation') {
        this.invitation = text;
        where.dialog = 'new-conversation';
      } else if (link.conversationId !== null) {
        where.openConversation(link.conversationId);
        where.focusComposer();
      } else {
        this.#addressee = { identity: link.identity, mailbox: link.mailbox ?? '' };
        where.dialog = 'new-conversation';
      }
    });
  }

  /** The addressee that was said already, once. */
  takeAddressee(): Addressee {
    const addressee = this.#addressee;
    this.#addressee = nobody;
    return addressee;
  }

  /** Starts the conversation with whoever made the invitation, and shows it. Throws `ContractError`. */
  async followInvitation(input: RequestInput<'invites.follow'>): Promise<void> {
    const { client, where, reload } = this.#options;
    const conversation = await client.call('invites.follow', input);
    this.invitation = '';
    await reload();
    where.openConversation(conversation.id);
  }

  /** Finds or starts a conversation and shows it. Throws `ContractError`. */
  async startConversation(input: RequestInput<'conversations.start'>): Promise<void> {
    const { client, where, reload } = this.#options;
    const conversation = await client.call('conversations.start', input);
    await reload();
    where.openConversation(conversation.id);
  }
}
