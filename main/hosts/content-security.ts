/**
 * Threat: a message or a file name that becomes markup, and markup that becomes a script or a request. The window is
 * complete in itself: it runs its own scripts, shows its own images and blobs, and talks to nobody but its host.
 * Sent as a header, where `frame-ancestors` counts and a page cannot loosen it.
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${connect.length === 0 ? "'none'" : connect.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
