/**
 * The window's files under `app://dockercomms/`.
 *
 * Threat: pages loaded from `file:` share an origin with every file of the computer and cannot be sent headers. A scheme
 * of our own has an origin that nobody else has, counts as secure, and carries the content security policy.
 */
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy } from '../content-security.ts';
import { windowFile } from '../window-files.ts';
import { windowHost, windowScheme as scheme } from './window-address.ts';

/** Has to be called before the application is ready. */
export function registerWindowScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

export function serveWindow(session: Session, windowFolder: string): void {
  session.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const file = url.host === windowHost ? await windowFile(windowFolder, url.pathname) : null;
    if (file === null) return new Response('There is nothing here.', { status: 404 });
    return new Response(file.bytes, {
      headers: {
        'Content-Type': file.mediaType,
        'Content-Security-Policy': contentSecurityPolicy(),
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    });
  });
}
