import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { sha256 } from '../../../main/base/hash.ts';
import { startRegistryProxy } from '../../peers/registry-proxy.ts';
import { appImage, program, Publisher, releaseKey, sourceAt } from '../../updates/publisher.ts';
import { startSwitchableRegistry, temporaryFolder } from '../household.ts';
import { installation } from './installation.ts';

const root = join(import.meta.dirname, '../../..');
const day = 86_400_000;

async function published() {
  const { mailbox } = await startSwitchableRegistry();
  const publisher = new Publisher(mailbox);
  await publisher.publish();
  return { mailbox, publisher };
}

test('what the script publishes is seen, proven, downloaded and used by an older version', async () => {
  const { mailbox } = await startSwitchableRegistry();
  const folder = await temporaryFolder('release');
  const file = join(folder, 'DockerComms-1.1.0-linux-x86_64.AppImage');
  await writeFile(file, program);
  const key = join(folder, 'key.pem');
  await writeFile(key, releaseKey.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const script = [
    join(root, 'scripts/publish-release.ts'),
    '--repo',
    mailbox,
    '--key',
    key,
    '--starts-at',
    '2026-11-20T12:00:00Z',
    file,
  ];
  await promisify(execFile)(process.execPath, script, {
    env: { ...process.env, DOCKERCOMMS_HOME: join(folder, 'home'), HOME: folder },
  });
  const replaceProgram = vi.fn(async (path: string) =>
    expect(await readFile(path)).toEqual(Buffer.from(program)),
  );
  const old = await installation(sourceAt(mailbox), { replaceProgram });
  const offered = { kind: 'offered', version: '1.1.0', bytes: program.byteLength };
  expect((await old.check()).step).toEqual(offered);
  expect((await old.download()).step).toEqual({ kind: 'ready', version: '1.1.0', by: 'restart' });
  await old.program.replaceAtEnd();
  expect(replaceProgram).toHaveBeenCalledOnce();
  expect(old.startedAs('1.1.0').status().step).toEqual({ kind: 'idle' });
});

test('a version is downloaded by itself only where a person chose that', async () => {
  const { mailbox } = await published();
  const { program: updates, choose, clock, settled } = await installation(sourceAt(mailbox));
  updates.start();
  clock.pass(day);
  expect((await settled()).step).toMatchObject({ kind: 'offered' });
  choose('automatic');
  expect((await settled()).step).toMatchObject({ kind: 'ready' });
  await updates.stop();
});

test('an offer is news until somebody answered, and so is the next version', async () => {
  const { mailbox, publisher } = await published();
  const { program: updates, check, download, startedAs } = await installation(sourceAt(mailbox));
  expect(await check()).toMatchObject({ step: { kind: 'offered', version: '1.1.0' }, isNews: true });
  updates.dismiss();
  expect(updates.status()).toMatchObject({ step: { kind: 'offered' }, isNews: false });
  // Whoever fetches it all the same was told already, in this run and in the next ones.
  expect(await download()).toMatchObject({ step: { kind: 'ready' }, isNews: false });
  expect(startedAs('1.0.0').status()).toMatchObject({ step: { kind: 'ready' }, isNews: false });
  const content = () => Promise.resolve(Buffer.from('another program'));
  await publisher.publish({ version: '1.2.0', files: [{ ...appImage, content }] });
  expect(await check()).toMatchObject({ step: { kind: 'offered', version: '1.2.0' }, isNews: true });
});

test('what is fetched without asking is news when it is ready, and stays at hand when that was answered', async () => {
  const { mailbox } = await published();
  const { program: updates, choose, check, download } = await installation(sourceAt(mailbox));
  expect(updates.status().isNews).toBe(false);
  choose('automatic');
  expect(await check()).toMatchObject({ step: { kind: 'offered' }, isNews: false });
  expect(await download()).toMatchObject({ step: { kind: 'ready' }, isNews: true });
  updates.dismiss();
  expect(updates.status().isNews).toBe(false);
  expect(updates.ready()).toEqual({ version: '1.1.0', by: 'restart' });
});

test('nothing is asked by itself when that is switched off, and still when a person asks', async () => {
  const { mailbox } = await published();
  const { program: updates, choose, clock, check } = await installation(sourceAt(mailbox));
  choose('off');
  updates.start();
  clock.pass(day);
  expect(updates.status()).toMatchObject({ step: { kind: 'idle' }, checkedAt: null });
  expect((await check()).step).toMatchObject({ kind: 'offered' });
  await updates.stop();
});

test('an installer is opened by the system, and only while it is what was downloaded', async () => {
  const { mailbox, publisher } = await published();
  const deb = { ...appImage, kind: 'deb' } as const;
  await publisher.publish({ version: '1.2.0', files: [{ ...deb, content: () => Promise.resolve(program) }] });
  const openInstaller = vi.fn(() => Promise.resolve());
  const {
    check,
    download,
    program: updates,
    folder,
    files,
  } = await installation(sourceAt(mailbox, deb), {
    openInstaller,
  });
  await check();
  expect((await download()).step).toEqual({ kind: 'ready', version: '1.2.0', by: 'installer' });
  await updates.install();
  expect(openInstaller).toHaveBeenCalledWith(join(folder, 'DockerComms-1.2.0.deb'));
  await writeFile(join(folder, 'DockerComms-1.2.0.deb'), 'something else');
  await expect(updates.install()).rejects.toMatchObject({ code: 'verification-failed' });
  expect(openInstaller).toHaveBeenCalledOnce();
  expect(updates.status().step).toEqual({ kind: 'idle' });
  expect(await files()).toEqual([]);
});

test('a download that was cut goes on at the next try, also after a restart', async () => {
  const { mailbox } = await published();
  const [host = '', ...path] = mailbox.split('/');
  const asked: string[] = [];
  const line = { isCut: true };
  const proxy = await startRegistryProxy(host, ({ method, url }) => {
    if (method !== 'GET' || !url.includes(sha256(program))) return null;
    asked.push(url);
    return line.isCut ? { cut: 'answer' } : null;
  });
  const source = sourceAt([proxy.host, ...path].join('/'));
  const { check, download, context, files, startedAs } = await installation(source);
  await check();
  expect(await download()).toMatchObject({ step: { kind: 'offered' }, failure: { code: 'network' } });
  expect(await files()).toEqual([expect.stringMatching(/\.partial$/)]);
  line.isCut = false;
  const restarted = startedAs('1.0.0');
  restarted.check();
  await expect.poll(() => restarted.status().step.kind).toBe('offered');
  const begun: number[] = [];
  context.events.subscribe(() => {
    const { step } = restarted.status();
    if (step.kind === 'downloading') begun.push(step.done);
  });
  restarted.download();
  await expect.poll(() => restarted.status().step.kind).toBe('ready');
  expect(begun.every((bytes) => bytes === 0 || bytes >= program.byteLength / 2)).toBe(true);
  expect(await files()).toEqual(['DockerComms-1.1.0.AppImage']);
});

test('what was downloaded is given up when its roll-out is stopped', async () => {
  const { mailbox, publisher } = await published();
  const { check, download, files } = await installation(sourceAt(mailbox));
  await check();
  await download();
  const later = new Date('2026-11-21T12:00:00Z');
  await publisher.publish({ createdAt: later, rollout: { percent: 0, startsAt: later } });
  expect((await check()).step).toEqual({ kind: 'idle' });
  expect(await files()).toEqual([]);
});

test('a roll-out goes on with a larger share and the same files', async () => {
  const { mailbox, publisher } = await published();
  const startsAt = new Date('2026-11-21T12:00:00Z');
  await publisher.publish({ version: '1.2.0', rollout: { percent: 0, startsAt } });
  const { check } = await installation(sourceAt(mailbox));
  expect((await check()).step).toEqual({ kind: 'idle' });
  const pushBlob = vi.spyOn(publisher.repository, 'pushBlob');
  await publisher.publish({ version: '1.2.0', createdAt: startsAt, rollout: { percent: 100, startsAt } });
  expect(pushBlob.mock.calls.filter(([, { size }]) => size === program.byteLength)).toEqual([]);
  expect((await check()).step).toMatchObject({ kind: 'offered', version: '1.2.0' });
});

test('a repository without any release is no failure', async () => {
  const { mailbox } = await startSwitchableRegistry();
  const { check, clock } = await installation(sourceAt(mailbox));
  expect(await check()).toMatchObject({ step: { kind: 'idle' }, failure: null, checkedAt: clock.now() });
});

test('a registry that lets nobody in is a failure, and is asked again later', async () => {
  const { mailbox } = await published();
  const [host = '', ...path] = mailbox.split('/');
  const proxy = await startRegistryProxy(host, () => ({ status: 403 }));
  const {
    check,
    program: updates,
    clock,
    settled,
  } = await installation(sourceAt([proxy.host, ...path].join('/')));
  expect(await check()).toMatchObject({ failure: { code: 'auth' }, checkedAt: null });
  updates.start();
  clock.pass(day);
  expect(updates.status().step).toEqual({ kind: 'checking' });
  await settled();
  await updates.stop();
});

test.each(['elsewhere', 'managed-off'] as const)(
  'updates that come from %s are not asked for',
  async (origin) => {
    const { program: updates, clock } = await installation(origin);
    updates.start();
    clock.pass(day);
    expect(updates.status()).toMatchObject({ from: origin, step: { kind: 'idle' }, repository: null });
    for (const act of [() => updates.check(), () => updates.download()]) {
      expect(act).toThrow(expect.objectContaining({ code: 'unsupported' }));
    }
    await expect(updates.install()).rejects.toMatchObject({ code: 'unsupported' });
  },
);

test('nothing is fetched or installed that was not offered', async () => {
  const { program: updates } = await installation(sourceAt('127.0.0.1:1/releases'));
  expect(() => updates.download()).toThrow(expect.objectContaining({ code: 'conflict' }));
  await expect(updates.install()).rejects.toMatchObject({ code: 'conflict' });
});
