import { expect, onTestFinished, test } from 'vitest';
import { Repositories } from '../../main/messenger/repositories.ts';
import { collect } from '../oci/contract.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';
import { workbench } from './workbench.ts';

test('what a registry warns of is logged once, whichever mailbox there heard it', async () => {
  const peer = await scriptedRegistry();
  const { context, account } = await workbench(`${peer.host}/bob/mail`);
  const logged: unknown[][] = [];
  const logger = { ...context.logger, warn: (...line: unknown[]) => logged.push(line) };
  const repositories = new Repositories({ ...context, logger });
  onTestFinished(() => repositories.close());
  for (const path of ['bob/mail', 'alice/mail']) {
    peer.times(2, 'GET', `/v2/${path}/tags/list`, {
      body: { name: path, tags: [] },
      headers: { warning: '299 - "It moves on Monday."' },
    });
    for (let time = 0; time < 2; time += 1) {
      await collect(repositories.for(account, `${peer.host}/${path}`).tags());
    }
  }
  expect(logged).toEqual([[{ host: peer.host, text: 'It moves on Monday.' }, expect.any(String)]]);
});
