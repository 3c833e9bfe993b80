import type { OwnKeyReason } from '../../main/base/reasons.ts';
import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import { isOfProxy, wayOutOf, type WayOut } from './way-out.ts';

interface AboutAccount {
  readonly accountId: string;
  readonly host: string;
  /** The proxy stands between: nothing is known of the registry itself. */
  readonly byProxy: boolean;
  /** The sentence of the failure; null where the banner says it all. */
  readonly message: string | null;
  readonly wayOut: WayOut | null;
}

export type Banner =
  | { readonly kind: 'engine-lost' }
  | (AboutAccount & { readonly kind: 'offline'; readonly retryAt: number | null })
  | (AboutAccount & { readonly kind: 'trouble' })
  /** The account's keys, or this device's, stop it. */
  | {
      readonly kind: 'key-alarm';
      readonly accountId: string;
      readonly identity: string;
      readonly reason: OwnKeyReason;
    }
  /** Another device of the account has added one, and nobody here has looked. */
  | { readonly kind: 'new-device'; readonly accountId: string; readonly identity: string };

/** What stands above the window: the one thing that most needs a person. Null when all is well. */
export function bannerFor(engineReachable: boolean, accounts: readonly AccountView[]): Banner | null {
  if (!engineReachable) return { kind: 'engine-lost' };
  const banners = accounts.map(bannerOf).filter((banner) => banner !== null);
  const stopped = accounts.map(keyAlarmOf).find((banner) => banner !== null);
  const joined = accounts.find(({ newDevices }) => newDevices > 0);
  return (
    // A login first: a new key is published with it.
    banners.find(({ kind }) => kind === 'trouble') ??
    stopped ??
    (joined && { kind: 'new-device', accountId: joined.id, identity: joined.identity }) ??
    banners[0] ??
    null
  );
}

function keyAlarmOf({ id, identity, keyAlarm }: AccountView): Banner | null {
  return keyAlarm && { kind: 'key-alarm', accountId: id, identity, reason: keyAlarm };
}

function bannerOf({ id, repository, connection }: AccountView): Banner | null {
  const host = repository.split('/')[0] ?? repository;
  switch (connection.state) {
    case 'offline': {
      const about = aboutFailure(connection.error);
      // Where nothing but waiting helps, why it cannot be reached is no news.
      const message = about.wayOut === null ? null : about.message;
      return { kind: 'offline', accountId: id, host, ...about, message, retryAt: connection.retryAt };
    }
    case 'trouble': {
      const about = aboutFailure(connection.error);
      // Whatever is wrong with how it answers, the test shows it step by step.
      return { kind: 'trouble', accountId: id, host, ...about, wayOut: about.wayOut ?? 'connectivity' };
    }
    case 'connecting':
    case 'paused':
    case 'online':
      return null;
  }
}

function aboutFailure(error: ErrorView) {
  return { byProxy: isOfProxy(error), message: error.message, wayOut: wayOutOf(error) };
}
