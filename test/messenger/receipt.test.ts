import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { publishReceipt } from '../../main/messenger/wire/receipt.ts';
import { ociError, scriptedRegistry, type SeenRequest } from '../peers/scripted-registry.ts';
import { workbench } from './workbench.ts';

const fields = {
  for: sha256('a message'),
  status: 'accepted',
  verified: false,
  sender: 'bob',
  recipient: 'alice',
  createdAt: new Date(Date.UTC(2026, 10, 23)),
  ttlSeconds: 604_800,
} as const;

/** Takes what has layers, and refuses the rest, as ECR does. */
const wantsLayers = (refusal: object) => (request: SeenRequest) => {
  const { layers } = JSON.parse(request.body.toString()) as { layers: readonly unknown[] };
  return layers.length > 0 ? { status: 201 } : refusal;
};

describe('a receipt', () => {
  it.each([
    ['MANIFEST_INVALID', { status: 400, body: ociError('MANIFEST_INVALID') }],
    ['405 UNSUPPORTED', { status: 405, body: ociError('UNSUPPORTED') }],
    ['400', { status: 400 }],
  ])(
    'where artifacts need a layer (%s) is refused once, and never again, also by the next run',
    async (_name, refusal) => {
      const peer = await scriptedRegistry();
      peer.always('HEAD', /\/blobs\//, {});
      peer.times(4, 'PUT', /\/manifests\/receipt-/, wantsLayers(refusal));
      const { context, account } = await workbench(`${peer.host}/bob/mail`);
      await publishReceipt(context.repositories.for(account), fields);
      await publishReceipt(context.repositories.for(account), fields);
      context.repositories.forget(account.id);
      await publishReceipt(context.repositories.for(account), fields);
    },
  );

  it('that is refused for another reason teaches nothing, and is not sent in another form', async () => {
    const peer = await scriptedRegistry();
    peer.always('HEAD', /\/blobs\//, {});
    peer.once('PUT', /\/manifests\/receipt-/, { status: 403, body: ociError('DENIED') });
    peer.once('PUT', /\/manifests\/receipt-/, { status: 201 });
    const { context, account } = await workbench(`${peer.host}/bob/mail`);
    const repository = context.repositories.for(account);
    await expect(publishReceipt(repository, fields)).rejects.toMatchObject({ code: 'auth' });
    await publishReceipt(repository, fields);
    expect(JSON.parse(peer.requests.at(-1)?.body.toString() ?? '')).toMatchObject({ layers: [] });
    expect(repository.capabilities.has('empty-layers')).toBe(true);
  });

  it('that is refused in both forms teaches nothing', async () => {
    const peer = await scriptedRegistry();
    peer.always('HEAD', /\/blobs\//, {});
    peer.times(2, 'PUT', /\/manifests\/receipt-/, { status: 400, body: ociError('MANIFEST_INVALID') });
    const { context, account } = await workbench(`${peer.host}/bob/mail`);
    const repository = context.repositories.for(account);
    await expect(publishReceipt(repository, fields)).rejects.toMatchObject({ code: 'unsupported' });
    expect(repository.capabilities.report('empty-layers').state).toBe('unknown');
  });
});
