import type { AccountView } from '../../preload/contract/accounts.ts';

export type Banner =
  | { readonly kind: 'engine-lost' }
  | {
      readonly kind: 'offline';
      readonly accountId: string;
      readonly host: string;
      readonly retryAt: number | null;
    }
  | { readonly kind: 'trouble'; readonly accountId: string; readonly host: string; readonly message: string };

/** What stands above the window: the one thing that most needs a person. Null when all is well. */
export function bannerFor(engineReachable: boolean, accounts: readonly AccountView[]): Banner | null {
  if (!engineReachable) return { kind: 'engine-lost' };
  const banners = accounts.map(bannerOf).filter((banner) => banner !== null);
  return banners.find(({ kind }) => kind === 'trouble') ?? banners[0] ?? null;
}

function bannerOf({ id, repository, connection }: AccountView): Banner | null {
  const host = repository.split('/')[0] ?? repository;
  switch (connection.state) {
    case 'offline':
      return { kind: 'offline', accountId: id, host, retryAt: connection.retryAt };
    case 'trouble':
      return { kind: 'trouble', accountId: id, host, message: connection.error.message };
    case 'connecting':
    case 'online':
      return null;
  }
}
