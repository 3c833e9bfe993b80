import { app, type Session } from 'electron';
import { stayHere } from './no-navigation.ts';
import { blockPeerConnections, blockRequests, resolveNoNames } from './no-network.ts';
import { denyBluetooth, denyPermissions } from './no-permissions.ts';

/**
 * The rules for every session and every page that ever comes into being, also one that nobody here made: a rule that is
 * kept where a window is made is missing where something else makes one. Has to be called before the application is ready.
 */
export function guardSessionsAndPages(): void {
  resolveNoNames();
  const guarded = new WeakSet<Session>();
  const guard = (found: Session) => {
    if (guarded.has(found)) return;
    guarded.add(found);
    blockRequests(found);
    denyPermissions(found);
  };
  app.on('session-created', guard);
  app.on('web-contents-created', (_event, contents) => {
    // The default session may be older than this function.
    guard(contents.session);
    stayHere(contents);
    blockPeerConnections(contents);
    denyBluetooth(contents);
  });
}
