import { journal, Preventable, strict, StrictEmitter } from './strict.ts';

type Responder = (request: Request) => Response | Promise<Response>;
type RequestRule = (
  details: { readonly url: string },
  decide: (answer: { readonly cancel?: boolean }) => void,
) => void;

interface Scheme {
  readonly scheme: string;
  readonly privileges: Readonly<Record<string, boolean>>;
}

const privileged = new Map<string, Scheme['privileges']>();

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: readonly Scheme[]) {
    for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges);
  },
});

class SessionProtocol {
  readonly #responders = new Map<string, Responder>();

  handle(scheme: string, responder: Responder): void {
    const privileges = privileged.get(scheme);
    if (privileges?.standard !== true || privileges.secure !== true) {
      throw new Error(`${scheme}: has to be registered as standard and secure before it is served`);
    }
    this.#responders.set(scheme, responder);
  }

  /** The stand-in's own: what the program serves under `url`, or null when it serves no such scheme. */
  async respond(url: string): Promise<Response | null> {
    const responder = this.#responders.get(new URL(url).protocol.slice(0, -1));
    return responder === undefined ? null : responder(new Request(url));
  }
}

type DisplayMediaHandler = (request: object, choose: (streams: object | null) => void) => void;

class Session extends StrictEmitter {
  readonly protocol = new SessionProtocol();
  #rule: RequestRule | null = null;
  #displayMedia: DisplayMediaHandler = (_request, choose) => {
    choose({ video: 'the whole screen' });
  };
  readonly webRequest = strict('session.webRequest', {
    onBeforeRequest: (rule: RequestRule) => {
      this.#rule = rule;
    },
  });

  constructor() {
    super('session', ['select-hid-device', 'select-serial-port', 'select-usb-device']);
  }

  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, decide: (granted: boolean) => void) => void,
  ) {
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal']) {
      handler(null, permission, (granted) => {
        journal('permission', { permission, granted });
      });
    }
  }

  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void {
    journal('permission-check', { media: handler(null, 'media') });
  }

  setDevicePermissionHandler(handler: (details: unknown) => boolean): void {
    journal('device-permission', { granted: handler({}) });
  }

  setDisplayMediaRequestHandler(handler: DisplayMediaHandler): void {
    this.#displayMedia = handler;
  }

  /** Codes that its checker knows, where the system has one. */
  readonly availableSpellCheckerLanguages = ['de', 'en-GB', 'en-US'];

  setSpellCheckerLanguages(languages: readonly string[]): void {
    journal('spelling', { languages });
  }

  /** Of an absolute URL, as Chromium's list of proxies reads; `STANDIN_PROXY` is what this desktop is set to. */
  resolveProxy(url: string): Promise<string> {
    journal('proxy-asked', { url: new URL(url).href });
    return Promise.resolve(process.env.STANDIN_PROXY ?? 'DIRECT');
  }

  /** The stand-in's own: what a page that asks for a screen or a device is given. Where nobody objects, Electron chooses. */
  askForDevices(contents: StrictEmitter): void {
    const given = (device: string) => (chosen: unknown) => {
      journal('device', { device, chosen: chosen ?? '' });
    };
    const ask = (emitter: StrictEmitter, event: string, device: string, ...facts: unknown[]) => {
      const preventable = new Preventable();
      emitter.emit(event, preventable, ...facts, given(device));
      if (!preventable.defaultPrevented) given(device)('the first one');
    };
    ask(this, 'select-hid-device', 'hid', { deviceList: [] });
    ask(this, 'select-serial-port', 'serial', [], contents);
    ask(this, 'select-usb-device', 'usb', { deviceList: [] });
    ask(contents, 'select-bluetooth-device', 'bluetooth', []);
    this.#displayMedia({}, given('screen'));
  }

  /** The stand-in's own: asks the program's rule, and writes down what it blocked. */
  mayRequest(url: string): boolean {
    const answers: (boolean | undefined)[] = [];
    this.#rule?.({ url }, ({ cancel }) => answers.push(cancel));
    if (!answers.includes(true)) return true;
    journal('request-blocked', { url });
    return false;
  }
}

export const defaultSession = new Session();
export const session = strict('session', {
  defaultSession,
});
