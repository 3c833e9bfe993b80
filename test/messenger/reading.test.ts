import { describe, expect, test } from 'vitest';
import { readInbox, type InboxListing } from '../../main/messenger/wire/inbox-listing.ts';
import { manifestsAtOnce } from '../../main/messenger/wire/manifest-window.ts';
import { requestsPerHost } from '../../main/oci/connections.ts';
import { openScripted, testClock } from '../oci/scripted.ts';
import { inboxContent } from '../peers/inbox-content.ts';
import { scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { aliceId, bobId } from './household.ts';

const list = '/v2/team/mail/tags/list';
const manifestPath = /\/manifests\/(.*)$/;

const mailbox = (count: number) => inboxContent(count, aliceId, bobId);

type Answering = (found: ScriptedAnswer, tag: string) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** A mailbox on a scripted peer; `answer` may hold an answer back or replace it. */
async function served(mail: ReadonlyMap<string, Uint8Array>, answer: Answering = (found) => found) {
  const peer = await scriptedRegistry();
  peer.always('GET', manifestPath, ({ path }) => {
    const tag = manifestPath.exec(path)?.[1] ?? '';
    return answer({ body: mail.get(tag) ?? '' }, tag);
  });
  return { peer, repository: openScripted(peer.host, { clock: testClock() }) };
}

async function read(listings: AsyncIterable<InboxListing>): Promise<readonly InboxListing[]> {
  const all: InboxListing[] = [];
  for await (const listing of listings) all.push(listing);
  return all;
}

const names = (listings: readonly InboxListing[]) =>
  listings.flatMap(({ messages }) => messages.map(({ message }) => message.filename));
const everything = { wanted: (tags: readonly string[]) => tags };

test('a thousand messages are read in an eighth of as many round trips, and fewer', async () => {
  const mail = mailbox(1000);
  let rounds = 0;
  let answered = 0;
  const waiting: (() => void)[] = [];
  // A round trip ends when as many requests wait as may be under way: fewer at once would never get an answer.
  const { peer, repository } = await served(mail, async (found) => {
    const turn = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === Math.min(manifestsAtOnce, mail.size - answered)) {
      rounds += 1;
      answered += waiting.length;
      for (const go of waiting.splice(0)) go();
    }
    await turn;
    return found;
  });
  peer.always('GET', list, { body: { tags: [...mail.keys()] } });
  expect(names(await read(readInbox(repository, bobId, everything)))).toHaveLength(1000);
  expect(rounds).toBe(Math.ceil(1000 / manifestsAtOnce));
  expect(rounds).toBeLessThanOrEqual(1000 / 8);
  expect(peer.mostInFlight).toBeLessThanOrEqual(requestsPerHost);
});

test('messages are fetched while the pages of a long listing still come', async () => {
  const mail = mailbox(1000);
  const tags = [...mail.keys()];
  const pages = Array.from({ length: 200 }, (_, page) => tags.slice(5 * page, 5 * page + 5));
  let fetched = 0;
  const most = Promise.withResolvers<undefined>();
  const { peer, repository } = await served(mail, (found) => {
    fetched += 1;
    if (fetched === 700) most.resolve(undefined);
    return found;
  });
  peer.always('GET', list, async ({ query }) => {
    const page = Number(query.get('last') ?? 0);
    // The last page comes only when most messages are there.
    if (page === pages.length - 1) await most.promise;
    const link = page === pages.length - 1 ? '' : `<${list}?last=${page + 1}>; rel="next"`;
    return { body: { tags: pages[page] }, headers: link === '' ? {} : { link } };
  });
  const read1000 = names(await read(readInbox(repository, bobId, everything)));
  expect(read1000).toEqual([...mail.keys()].map((_, index) => `${index}.bin`).sort(byNumber));
  expect(fetched).toBe(1000);
  expect(peer.mostInFlight).toBeLessThanOrEqual(requestsPerHost);
});

const byNumber = (one: string, other: string) => Number.parseInt(one, 10) - Number.parseInt(other, 10);

test('whatever the order of the listing, what was written first is handed on first', async () => {
  const mail = mailbox(200);
  const { peer, repository } = await served(mail);
  peer.always('GET', list, { body: { tags: [...mail.keys()].sort().reverse() } });
  const found = names(await read(readInbox(repository, bobId, everything)));
  expect(found).toEqual([...found].sort(byNumber));
  expect(found).toHaveLength(200);
});

test('a tag that is listed twice is fetched once', async () => {
  const mail = mailbox(3);
  const { peer, repository } = await served(mail);
  peer.always('GET', list, { body: { tags: [...mail.keys(), ...mail.keys()] } });
  expect(names(await read(readInbox(repository, bobId, everything)))).toHaveLength(3);
  expect(peer.seen.filter((request) => manifestPath.test(request))).toHaveLength(3);
});

describe('a message that cannot be read', () => {
  test.each<[string, ScriptedAnswer, boolean]>([
    ['is gone', { status: 404 }, true],
    ['is forbidden', { status: 403 }, true],
    ['is cut, again and again', { body: 'x'.repeat(100), cutAfter: 10 }, true],
    ['is the page of a hotel’s network', { body: '<html>', headers: { 'content-type': 'text/html' } }, true],
    ['is no document', { body: 'not JSON' }, false],
    ['is no message', { body: { schemaVersion: 2 } }, false],
  ])('because it %s stops no other', async (_name, answer, transient) => {
    const mail = mailbox(40);
    const [bad = ''] = [...mail.keys()].sort().slice(7);
    const { peer, repository } = await served(mail, (found, tag) => (tag === bad ? answer : found));
    peer.always('GET', list, { body: { tags: [...mail.keys()] } });
    const listings = await read(readInbox(repository, bobId, everything));
    expect(names(listings)).toHaveLength(39);
    expect(listings.flatMap(({ refused }) => refused)).toMatchObject([{ tag: bad, transient }]);
  });

  test('because nothing can be is told soon, not after all of them were tried', async () => {
    const mail = mailbox(1000);
    const { peer, repository } = await served(mail, () => ({ status: 403 }));
    peer.always('GET', list, { body: { tags: [...mail.keys()] } });
    for await (const { messages, refused } of readInbox(repository, bobId, everything)) {
      expect(messages).toEqual([]);
      expect(refused).toHaveLength(32);
      break;
    }
  });
});

test('who stops reading stops fetching', async () => {
  const mail = mailbox(1000);
  const stop = new AbortController();
  const { peer, repository } = await served(mail, (found) => {
    stop.abort();
    return found;
  });
  peer.always('GET', list, { body: { tags: [...mail.keys()] } });
  const reading = read(readInbox(repository, bobId, { ...everything, signal: stop.signal }));
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  expect(peer.requests.length).toBeLessThanOrEqual(1 + requestsPerHost);
});
