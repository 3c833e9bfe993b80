/**
 * Threat: Electron grants a page every permission unless told otherwise: camera, microphone, location, clipboard reading,
 * USB. And where several devices could be meant, it takes the first one that it finds. The rule: none, for anybody.
 * Copying (a person's own action) is the one exception that the window needs.
 */
import type { Session, WebContents } from 'electron';

const granted = new Set<string>(['clipboard-sanitized-write']);

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(granted.has(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
  session.setDevicePermissionHandler(() => false);
  // Nothing is chosen where a screen or a device is asked for, whatever asked.
  session.setDisplayMediaRequestHandler((_request, choose) => {
    choose(null);
  });
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
}

export function denyBluetooth(contents: WebContents): void {
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
}
