import type { RequestInput, RequestName } from '../../preload/contract/requests.ts';
import type { NetworkView } from '../../preload/contract/network.ts';
import type { Client } from '../state/client.svelte.ts';
import { Task } from '../state/task.svelte.ts';

type ChangeName = Exclude<Extract<RequestName, `network.${string}`>, 'network.get'>;

/** What the engine last said about the network, and the way to change it. Each part of the page has a `Task` of its own. */
export class NetworkSettings {
  view = $state.raw<NetworkView | null>(null);
  readonly loading = new Task();
  readonly #client: Client;

  readonly #onchanged: () => void;

  /** `onchanged`: the engine took a change. */
  constructor(client: Client, onchanged: () => void = () => undefined) {
    this.#client = client;
    this.#onchanged = onchanged;
  }

  async load(): Promise<void> {
    await this.loading.run(async () => {
      this.view = await this.#client.call('network.get', {});
    });
  }

  /** True when the engine took it; `task` shows what came in between. */
  async change<Name extends ChangeName>(task: Task, name: Name, input: RequestInput<Name>): Promise<boolean> {
    const changed = await task.run(async () => {
      this.view = (await this.#client.call(name, input)) as NetworkView;
    });
    if (changed) this.#onchanged();
    return changed;
  }
}

/** A chosen file's bytes as base64: certificates come as text and as bytes. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}
