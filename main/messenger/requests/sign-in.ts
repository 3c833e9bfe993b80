import type { EngineServices, HandlersOf } from './services.ts';

export function signInRequests({ accounts, signIns }: EngineServices): HandlersOf<'signIn'> {
  return {
    'signIn.begin': async ({ accountId, answer: wanted, purpose }) => {
      const { url, answer } = await signIns.begin(accounts.get(accountId), wanted, purpose);
      return { url: url.href, answer };
    },
    'signIn.open': async ({ accountId }) => {
      await signIns.open(accountId);
      return null;
    },
    'signIn.paste': ({ accountId, code }) => {
      signIns.paste(accountId, code);
      return null;
    },
    'signIn.cancel': ({ accountId }) => {
      signIns.cancel(accountId);
      return null;
    },
    'signIn.finish': ({ accountId }) => signIns.finish(accountId),
    'signIn.withdraw': async ({ accountId }) => {
      await signIns.withdraw(accounts.get(accountId));
      return null;
    },
  };
}
