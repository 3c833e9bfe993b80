import { fieldLimits } from '../../../preload/contract/field-limits.ts';
import type { RefusalView } from '../../../preload/contract/refusals.ts';
import { sentenceOf, type RefusedTag } from '../../store/refused-tags.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function refusalsRequests({ context, accounts }: EngineServices): HandlersOf<'refusals'> {
  const { refusedTags } = context.store;
  return {
    'refusals.list': () => ({
      shown: refusedTags.list(fieldLimits.refusals).map(refusalView),
      total: refusedTags.count(),
    }),
    'refusals.retry': async ({ repository, tag }) => {
      refusedTags.reopen(repository, tag);
      for (const account of accounts.list()) {
        if (account.repository === repository) await accounts.sync(account.id);
      }
      return null;
    },
    'refusals.dismiss': () => {
      refusedTags.dismiss();
      return null;
    },
  };
}

function refusalView({ repository, tag, digest, firstSeenAt, outcome, reason }: RefusedTag): RefusalView {
  return {
    repository,
    tag,
    digest,
    at: firstSeenAt,
    outcome,
    reason: reason === null ? null : sentenceOf(reason),
  };
}
