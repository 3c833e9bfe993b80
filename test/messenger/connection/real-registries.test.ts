/** The connection test through a whole engine, on registries that are real. */
import { expect, onTestFinished, test } from 'vitest';
import { basic, somebody } from '../../credentials/surroundings.ts';
import { registryLogin, startDockerRegistry } from '../../peers/docker-registry.ts';
import { realPart } from '../../peers/real-parts.ts';
import { aliceId, settle, startSwitchableRegistry } from '../household.ts';

const debian = realPart('docker-registry');

test('the embedded registry does everything, and is told of live', async () => {
  const registry = await startSwitchableRegistry();
  const alice = await settle();
  const report = await alice.ask('connection.test', { testId: 'mine', repository: registry.mailbox });
  expect(report).toMatchObject({ usable: true, complete: true, probeLeft: false });
  expect(report.checks.map(({ outcome }) => outcome)).toEqual(report.checks.map(() => 'passed'));
  const told = alice.events.flatMap((event) =>
    event.type === 'connection.progress' && event.testId === 'mine' ? [event.report.checks.length] : [],
  );
  expect(told).toEqual(report.checks.map((_, index) => index));
});

test('an account’s report is remembered over a restart, until its mailbox or its login changes', async () => {
  const registry = await startSwitchableRegistry();
  const alice = await settle();
  await alice.join(aliceId, registry.mailbox);
  const [account] = await alice.ask('accounts.list', {});
  const accountId = account?.id ?? '';
  const report = await alice.ask('connection.test', { testId: 'mine', accountId });
  await alice.close();
  await alice.open();
  const [kept] = await alice.ask('connection.connectivity', {});
  expect(kept).toMatchObject({ accountId, report });
  for (const name of [
    'artifact-types',
    'empty-layers',
    'tag-overwrite',
    'referrers',
    'delete-tag',
  ] as const) {
    expect(kept?.learnt).toContainEqual(expect.objectContaining({ name, works: true }));
  }
  await alice.ask('accounts.update', { accountId, repository: `${registry.host}/other/mail` });
  expect(await alice.ask('connection.connectivity', {})).toMatchObject([{ accountId, report: null }]);
});

test('a test that is cancelled fails so, and one that has ended cannot be cancelled any more', async () => {
  const registry = await startSwitchableRegistry();
  const alice = await settle();
  const input = { testId: 'mine', repository: registry.mailbox };
  const failing = alice.fail('connection.test', input);
  await alice.ask('connection.cancelTest', { testId: 'mine' });
  expect(await failing).toMatchObject({ code: 'cancelled' });
  expect(await alice.ask('connection.test', input)).toMatchObject({ usable: true });
  expect(await alice.ask('connection.cancelTest', { testId: 'mine' })).toBeNull();
});

test.skipIf(debian === null)(
  'docker-registry with a login: that of Docker, offered by name and never copied',
  async () => {
    const registry = await startDockerRegistry({ login: true });
    onTestFinished(() => registry.remove());
    const who = await somebody();
    const { username, password } = registryLogin;
    const containerTools = { environment: who.environment, home: who.home };
    const alice = await settle({ containerTools });
    const repository = `${registry.host}/team/mail`;
    expect(await alice.ask('connection.toolLogin', { repository })).toBeNull();
    await who.write('.docker/config.json', { auths: { [registry.host]: basic(username, password) } });
    expect(await alice.ask('connection.toolLogin', { repository })).toMatchObject({
      tool: 'docker',
      username,
    });
    const registries = await alice.ask('connection.toolRegistries', {});
    expect(registries).toEqual([{ place: registry.host, username, source: expect.any(String) as string }]);
    expect(JSON.stringify(registries)).not.toContain(password);

    const login = { kind: 'container-tools' } as const;
    const report = await alice.ask('connection.test', { testId: 'mine', repository, login });
    expect(report.usable).toBe(true);
    const outcome = Object.fromEntries(report.checks.map((check) => [check.name, check.outcome]));
    expect(outcome).toMatchObject({
      login: 'passed',
      referrers: 'limited',
      delete: 'passed',
      tags: 'passed',
    });
    expect(report.probeLeft).toBe(false);
    const none = await alice.ask('connection.test', { testId: 'mine', repository, login: { kind: 'none' } });
    expect(none.usable).toBe(false);

    await alice.ask('accounts.create', { kind: 'registry', identity: aliceId, repository, login });
    await who.write('.docker/config.json', { auths: {} });
    const [account] = await alice.ask('accounts.list', {});
    expect(account?.login).toEqual(login);
    const vanished = await alice.ask('connection.test', { testId: 'mine', accountId: account?.id ?? '' });
    expect(vanished.checks.find(({ name }) => name === 'login')?.error).toMatchObject({
      detail: { reason: 'login-vanished' },
    });
    expect(JSON.stringify([alice.events, report, none, vanished])).not.toContain(password);
  },
);
