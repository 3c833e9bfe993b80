import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FirstMoments } from '../../main/messenger/first-moments.ts';
import { SteppedClock } from './stepped-clock.ts';

describe('the first moments of a start', () => {
  let clock: SteppedClock;
  let moments: FirstMoments;
  const begin = vi.fn();

  beforeEach(() => {
    clock = new SteppedClock();
    begin.mockReset();
    moments = new FirstMoments(clock, begin);
  });

  it('end when the window has asked for what it draws and is quiet', () => {
    moments.noteRequest('app.status');
    clock.pass(250);
    moments.noteRequest('conversations.list');
    clock.pass(250);
    expect(begin).not.toHaveBeenCalled();
    clock.pass(50);
    expect(begin).toHaveBeenCalledOnce();
  });

  it.each(['accounts.sync', 'messages.send', 'no.such-request'])(
    'end as soon as somebody asks for %s',
    (method) => {
      moments.noteRequest('app.status');
      moments.noteRequest(method);
      expect(begin).toHaveBeenCalledOnce();
      expect(clock.next).toBeNull();
    },
  );

  it('end once, whoever ends them', () => {
    moments.noteRequest('app.status');
    moments.end();
    expect(begin).toHaveBeenCalledOnce();
    moments.end();
    moments.noteRequest('messages.send');
    expect(begin).toHaveBeenCalledOnce();
    expect(clock.next).toBeNull();
  });

  it('end also where the window never asks, and where it never stops asking', () => {
    clock.pass(1_999);
    moments.noteRequest('conversations.list');
    expect(begin).not.toHaveBeenCalled();
    clock.pass(1);
    expect(begin).toHaveBeenCalledOnce();
    moments.noteRequest('messages.send');
    expect(clock.next).toBeNull();
    expect(begin).toHaveBeenCalledOnce();
  });
});
