import { expect, it } from 'vitest';
import { Client } from '../../renderer/state/client.svelte.ts';
import { SignInFlow } from '../../renderer/settings/sign-in-flow.svelte.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { sceneOf } from './preview/scenes.ts';
import { signedIn } from './preview/sign-in.ts';

function begins(opens: boolean) {
  const bridge = new ScriptedBridge(sceneOf('trust'));
  const flow = new SignInFlow(new Client(bridge), { accountId: 'account-1', purpose: 'confirm' }, opens);
  const asked = () => bridge.calls.map(({ method }) => method);
  return { bridge, flow, asked };
}

it('waits for the person, and says as whom they came back', async () => {
  const { bridge, flow, asked } = begins(true);
  await flow.begin('loopback');
  expect(flow.page).toMatchObject({ answer: 'loopback' });
  expect(asked()).toEqual(['signIn.begin', 'signIn.finish', 'signIn.open']);
  bridge.signIn.comeBack();
  await expect.poll(() => flow.certifier).toEqual(signedIn);
  expect(flow.page).toBeNull();
});

it('opens no page where the system cannot be told to', async () => {
  const { flow, asked } = begins(false);
  await flow.begin('paste');
  expect(flow.page).toMatchObject({ answer: 'paste' });
  expect(asked()).not.toContain('signIn.open');
});

it('tells the engine when it is given up, and says nothing more about it', async () => {
  const { bridge, flow, asked } = begins(false);
  await flow.begin('loopback');
  flow.cancel();
  await expect.poll(asked).toContain('signIn.cancel');
  await expect.poll(() => bridge.signIn.waiting).toBe(true);
  bridge.signIn.refuse();
  await expect.poll(() => bridge.signIn.waiting).toBe(false);
  expect(flow).toMatchObject({ page: null, certifier: null, error: null });
});

it('can be begun again after a failure', async () => {
  const { bridge, flow } = begins(false);
  await flow.begin('loopback');
  bridge.signIn.refuse();
  await expect.poll(() => flow.error).toMatchObject({ code: 'invalid' });
  expect(flow.page).toBeNull();
  await flow.begin('loopback');
  expect(flow.error).toBeNull();
  bridge.signIn.comeBack();
  await expect.poll(() => flow.certifier).toEqual(signedIn);
});
