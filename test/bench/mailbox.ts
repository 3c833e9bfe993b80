/** Reading a mailbox on a registry that is 50 ms away, beside the same requests one at a time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { readInbox } from '../../main/messenger/wire/inbox-listing.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { inboxContent } from '../peers/inbox-content.ts';
import { judged, printGoals } from './report.ts';

const roundTripMs = 50;
const messages = 1000;
const pages = 200;
/** Read one at a time to know what one costs: all of them would take a minute and say the same. */
const sampled = 100;
const path = 'bench/mailbox';
const reader = 'bench@example.com';

interface DistantRegistry {
  readonly host: string;
  stop(): Promise<void>;
}

/** Serves `mail` after one round trip each, its tags over so many pages. */
async function startDistantRegistry(
  mail: ReadonlyMap<string, Uint8Array>,
  pageCount: number,
): Promise<DistantRegistry> {
  const tags = [...mail.keys()];
  const size = Math.ceil(tags.length / pageCount);
  const server = createServer((request, response) => {
    void pause(roundTripMs).then(() => {
      const url = new URL(request.url ?? '/', 'http://registry');
      const manifest = mail.get(url.pathname.split('/manifests/')[1] ?? '');
      if (manifest !== undefined) {
        response.end(manifest);
        return;
      }
      const page = Number(url.searchParams.get('last') ?? 0);
      const next = page + 1 < pageCount ? `<${url.pathname}?last=${page + 1}>; rel="next"` : '';
      if (next !== '') response.setHeader('link', next);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ tags: tags.slice(page * size, (page + 1) * size) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function seconds(work: (repository: OciRepository) => Promise<void>, host: string): Promise<number> {
  const repository = new OciRepository({ host, path });
  const started = performance.now();
  await work(repository);
  await repository.close();
  return (performance.now() - started) / 1000;
}

async function readAll(repository: OciRepository): Promise<void> {
  let read = 0;
  for await (const listing of readInbox(repository, reader, { wanted: (tags) => tags })) {
    read += listing.messages.length;
  }
  if (read !== messages) throw new Error(`Only ${read} of ${messages} messages were read.`);
}

/** Measures and prints the goals of reading mailboxes. */
export async function benchMailbox(): Promise<void> {
  const mail = inboxContent(messages, 'somebody@example.com', reader);
  const [onePage, manyPages] = [await startDistantRegistry(mail, 1), await startDistantRegistry(mail, pages)];
  try {
    const sample = await seconds(async (repository) => {
      for (const tag of [...mail.keys()].slice(0, sampled)) await repository.fetchManifest(tag);
    }, onePage.host);
    const alone = (sample / sampled) * messages;
    const together = await seconds(readAll, onePage.host);
    const listed = await seconds(async (repository) => {
      for await (const _tag of repository.tags()) continue;
    }, manyPages.host);
    const overlapped = await seconds(readAll, manyPages.host);
    console.log(`\n${messages} messages on a registry that is ${roundTripMs} ms away\n`);
    printGoals([
      judged(
        { text: 'times the speed of one at a time (goal: 8 or more)', holds: (value) => value >= 8 },
        alone / together,
      ),
      judged(
        {
          text: `of the time that listing ${pages} pages and then reading takes (goal: 0.9 or less)`,
          holds: (value) => value <= 0.9,
        },
        overlapped / (listed + together),
      ),
    ]);
  } finally {
    await Promise.all([onePage.stop(), manyPages.stop()]);
  }
}
