/** What the engine tells the window by itself. */
import type { ConnectionReport } from './connection.ts';
import type { TransferProgress } from './messages.ts';

export interface NotificationView {
  /** A later one with the same key takes the place of this one. */
  readonly key: string;
  readonly title: string;
  /** Plain text: what others wrote may look like markup, and a host whose system reads markup escapes it. */
  readonly body: string;
  /** Where a click leads. */
  readonly to: Place;
  /** The conversation that can be answered, and marked as read, in place; null: only opened. */
  readonly answers: string | null;
}

export type Place =
  | { readonly kind: 'conversation'; readonly conversationId: string; readonly messageId: string | null }
  /** Those who wrote without ever having been written to. */
  | { readonly kind: 'requests' }
  | { readonly kind: 'settings'; readonly part?: 'connectivity' | 'about' }
  | { readonly kind: 'new-conversation' | 'search' }
  /** Asks for files for the open conversation. */
  | { readonly kind: 'attach' };

/** Facts about what happened; the window re-asks for what it shows. */
export type EngineEvent =
  | { readonly type: 'accounts.changed' }
  | { readonly type: 'people.changed' }
  /** A mailbox was looked at, or a report is there: `connection.connectivity` says more. */
  | { readonly type: 'connectivity.changed' }
  /** The report so far of a test that is under way. */
  | { readonly type: 'connection.progress'; readonly testId: string; readonly report: ConnectionReport }
  | { readonly type: 'settings.changed' }
  /** Another set of things opens the secrets of this home. */
  | { readonly type: 'vault.changed' }
  /** The home was unlocked, or a passphrase may be tried again: `app.status` says which. */
  | { readonly type: 'lock.changed' }
  | { readonly type: 'cleanup.changed' }
  /** `updates.status` says what. */
  | { readonly type: 'updates.changed' }
  | { readonly type: 'conversations.changed'; readonly conversationIds: readonly string[] }
  | {
      readonly type: 'messages.changed';
      readonly conversationId: string;
      readonly messageIds: readonly string[];
    }
  | {
      readonly type: 'transfer.progress';
      readonly conversationId: string;
      readonly messageId: string;
      readonly progress: TransferProgress;
    }
  /** The engine decided that a person should be told. Hosts show it; `hide` withdraws it (it was read, or is here no more). */
  | { readonly type: 'notification.show'; readonly notification: NotificationView }
  | { readonly type: 'notification.hide'; readonly key: string }
  /** Unread messages in conversations that are not muted, without those of strangers. */
  | { readonly type: 'unread.changed'; readonly unread: number }
  /** Files or a link came from outside: `brought.…` gives them. */
  | { readonly type: 'brought.changed' }
  /** Something outside the window asked it to show a place (a notification, the tray). */
  | { readonly type: 'navigate'; readonly to: Place };
