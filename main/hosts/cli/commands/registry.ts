import { join } from 'node:path';
import { DockerCommsError } from '../../../base/errors.ts';
import { startRegistry } from '../../../registry/server.ts';
import { homeFolder } from '../../places.ts';
import type { CliContext } from '../context.ts';

export interface RegistryOptions {
  readonly listen: string;
  readonly data?: string;
}

/** `dockercomms registry`: serves the embedded registry on loopback until it is interrupted. */
export async function registry(context: CliContext, options: RegistryOptions): Promise<void> {
  const { host, port } = parseListen(options.listen);
  const folder = options.data ?? join(homeFolder(), 'registry');
  const running = await startRegistry({ folder, host, port });
  context.terminal.out(`Registry on http://${running.host} (this computer only). Ctrl+C ends it.`);
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.close();
}

function parseListen(text: string): { readonly host: '127.0.0.1'; readonly port: number } {
  const match = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/u.exec(text);
  const port = Number(match?.[1]);
  if (match === null || port > 65_535) {
    throw new DockerCommsError('invalid', 'The registry listens on this computer only: 127.0.0.1:PORT.', {
      detail: { listen: text.slice(0, 100) },
    });
  }
  return { host: '127.0.0.1', port };
}
