/**
 * Threat: a page that was made to run a foreign script sends away what it can read. The content security policy forbids
 * requests already, but not everything is a request (prefetching a name, WebRTC), and a policy is one mistake away from
 * being loosened. The engine talks to registries from Node, never through Chromium, so Chromium needs no network at all.
 *
 * The rule: only the window's own scheme, and what lives in memory (`blob:`, `data:`), is let through.
 */
import { app, type Session, type WebContents } from 'electron';
import { isLocal } from './window-address.ts';

/** Has to be called before the application is ready. */
export function resolveNoNames(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
}

export function blockRequests(session: Session): void {
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !isLocal(details.url) });
  });
}

export function blockPeerConnections(contents: WebContents): void {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
