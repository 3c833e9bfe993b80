/**
 * The window's files under `app://dockercomms/`.
 *
 * Threat: pages loaded from `file:` share an origin with every file of the computer and cannot be sent headers. A scheme
 * of our own has an origin that nobody else has, counts as secure, and carries the content security policy.
 */
import { protocol, type Session } from 'electron';
import { windowHeaders } from '../content-security.ts';
import { windowFile } from '../window-files.ts';
import { windowHost, windowScheme as scheme } from './window-address.ts';

/** Has to be called before the application is ready. */
export function registerWindowScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

export function serveWindow(session: Session, windowFolder: string): void {
  session.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const wanted = request.method === 'GET' && url.host === windowHost;
    const file = wanted ? await windowFile(windowFolder, url.pathname) : null;
    if (file === null) {
      return new Response('There is nothing here.', { status: 404, headers: windowHeaders() });
    }
    return new Response(file.bytes, { headers: { ...windowHeaders(), 'Content-Type': file.mediaType } });
  });
}
