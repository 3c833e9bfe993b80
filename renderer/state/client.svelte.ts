import type { AttachmentSource, Bridge } from '../../preload/contract/bridge.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../preload/contract/requests.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { AttachmentView } from '../../preload/contract/messages.ts';

/** A failure that the engine answered with: its code and its sentence, as a throw. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly view: ErrorView;

  constructor(view: ErrorView) {
    super(view.message);
    this.view = view;
  }
}

/** Whatever was thrown, in the shape that a person is shown. */
export function asErrorView(error: unknown): ErrorView {
  if (error instanceof ContractError) return error.view;
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return { code: 'internal', message, detail: {} };
}

/** The one way from the window to the engine: calls answer or throw a `ContractError`. */
export class Client {
  readonly host: Bridge['host'];
  /** Whether the engine can be reached. */
  open = $state(true);
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.host = bridge.host;
    this.open = bridge.connection.isOpen();
    bridge.connection.subscribe((open) => {
      this.open = open;
    });
  }

  /** Throws `ContractError`. */
  async call<Name extends RequestName>(
    method: Name,
    input: RequestInput<Name>,
  ): Promise<RequestOutput<Name>> {
    // Proxies of `$state` do not survive the structured clone of the bridge.
    const plain: unknown = $state.snapshot(input);
    const answer = await this.#bridge.call(method, plain as RequestInput<Name>);
    if (!answer.ok) throw new ContractError(answer.error);
    return answer.value;
  }

  /** Throws `ContractError`. */
  async attach(source: AttachmentSource): Promise<AttachmentView> {
    const answer = await this.#bridge.attach(source);
    if (!answer.ok) throw new ContractError(answer.error);
    return answer.value;
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#bridge.subscribe(listener);
  }
}
