/** Requests about being left in peace: notifications are muted, or nothing is sent and fetched, for a while. */
import { z } from 'zod';
import { quietLengths } from './quiet-lengths.ts';
import { request } from './request.ts';

export const quietLength = z.enum(quietLengths);
const restInput = z.strictObject({ length: quietLength.nullable() });

export const quietRequests = {
  /** No notifications of anything from now on; null: again. `Settings.notifications.mutedUntil` says until when. */
  'quiet.mute': request(restInput).returns<null>(),
  /** Nothing is fetched and nothing begins to be sent from now on; null: again. `Settings.syncing.pausedUntil` says until when. */
  'quiet.pause': request(restInput).returns<null>(),
};
