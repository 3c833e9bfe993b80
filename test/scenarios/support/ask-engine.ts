import type { Page } from '@playwright/test';
import type { Answer } from '../../../preload/contract/answer.ts';
import type { Bridge } from '../../../preload/contract/bridge.ts';
import type { HostFrame } from '../../../preload/contract/frames.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../preload/contract/requests.ts';

/**
 * Asks the engine behind a window, as another window on the same home could: for what a scenario needs and is not about.
 * Throws for whatever is refused.
 */
export async function askEngine<Name extends RequestName>(
  page: Page,
  method: Name,
  input: RequestInput<Name>,
): Promise<RequestOutput<Name>> {
  const answer = (await page.evaluate(ask, { method, input })) as Answer<RequestOutput<Name>>;
  if (!answer.ok) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

/** In the page: over the desktop program's bridge, or the socket of the browser host. */
function ask({ method, input }: { readonly method: string; readonly input: unknown }): Promise<unknown> {
  const { dockercomms } = globalThis as { readonly dockercomms?: Bridge };
  if (dockercomms !== undefined) return dockercomms.call(method as 'app.status', input as never);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL('socket', document.baseURI));
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ id: 0, method, input }));
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as HostFrame;
      if (!('answer' in frame)) return;
      socket.close();
      resolve(frame.answer);
    });
    socket.addEventListener('error', () => {
      reject(new Error('The host cannot be reached.'));
    });
  });
}
