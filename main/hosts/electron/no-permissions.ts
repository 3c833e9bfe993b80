/**
 * Threat: Electron grants a page every permission unless told otherwise: camera, microphone, location, clipboard reading,
 * USB. The rule: none, for anybody. Copying (a person's own action) is the one exception that the window needs.
 */
import type { Session } from 'electron';

const granted = new Set<string>(['clipboard-sanitized-write']);

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(granted.has(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
  session.setDevicePermissionHandler(() => false);
}
