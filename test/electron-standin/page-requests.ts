import { toApp } from './addresses.ts';
import type { RemotePage } from './remote-page.ts';
import { defaultSession } from './session.ts';
import { journal } from './strict.ts';

type Devtools = RemotePage['devtools'];
type Paused = Parameters<Parameters<typeof listen>[1]>[0];

/** Asks the program whether a frame may go there. */
type MayNavigate = (url: string, isMainFrame: boolean) => boolean;

/** Everything that a page requests: asked of the program's rules, answered by its own protocol, and by nothing else. */
export class PageRequests {
  readonly #devtools: Devtools;
  readonly #mayNavigate: MayNavigate;
  #mainFrame = '';
  /** Where the program itself leads the page next: asks no rule. Whatever the page wants, also while it loads, does. */
  #ownAddress: string | null = null;

  constructor(page: RemotePage, mayNavigate: MayNavigate) {
    this.#devtools = page.devtools;
    this.#mayNavigate = mayNavigate;
  }

  /** Before the page loads anything. */
  async watch(): Promise<void> {
    listen(this.#devtools, (paused) => void this.#decide(paused).catch(() => undefined));
    // Nothing can stand in the way of a web socket: the page's policy does, and here it is seen if that has a hole.
    this.#devtools.on('Network.webSocketCreated', ({ url }) => {
      if (defaultSession.mayRequest(url)) journal('request-escaped', { url });
    });
    const { send } = this.#devtools;
    const [{ frameTree }] = await Promise.all([
      send('Page.getFrameTree'),
      send('Network.enable'),
      send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    ]);
    this.#mainFrame = frameTree.frame.id;
  }

  /** The next request for exactly this address is the program's own. */
  expect(webAddress: string): void {
    this.#ownAddress = webAddress;
  }

  async #decide({ requestId, request, resourceType, frameId }: Paused): Promise<void> {
    const url = toApp(request.url);
    const refuse = (errorReason: 'Aborted' | 'BlockedByClient' | 'Failed') =>
      this.#devtools.send('Fetch.failRequest', { requestId, errorReason });
    const navigates = resourceType === 'Document' && !this.#isOwn(request.url);
    if (navigates && !this.#mayNavigate(url, frameId === this.#mainFrame)) {
      journal('navigation-prevented', { url });
      await refuse('Aborted');
    } else if (!defaultSession.mayRequest(url)) await refuse('BlockedByClient');
    else {
      const response = await defaultSession.protocol.respond(url);
      if (response !== null) {
        journal('served', { url, headers: Object.fromEntries(response.headers) });
        await this.#fulfill(requestId, response);
      } else {
        // Let through by the program, but nothing serves it here: a hole in its rules.
        journal('request-escaped', { url });
        await refuse('Failed');
      }
    }
  }

  /** The program's own navigation, once. */
  #isOwn(address: string): boolean {
    const own = address === this.#ownAddress;
    if (own) this.#ownAddress = null;
    return own;
  }

  async #fulfill(requestId: string, response: Response): Promise<void> {
    const body = Buffer.from(await response.arrayBuffer()).toString('base64');
    const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }));
    const responseCode = response.status;
    await this.#devtools.send('Fetch.fulfillRequest', { requestId, responseCode, responseHeaders, body });
  }
}

/** Apart, so that its parameter names the event's type. */
function listen(devtools: Devtools, take: Parameters<typeof devtools.on<'Fetch.requestPaused'>>[1]): void {
  devtools.on('Fetch.requestPaused', take);
}
