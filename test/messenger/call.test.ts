import { describe, expect, test, vi } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { answerCall, type RequestHandlers } from '../../main/messenger/call.ts';

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

/** Handlers of which only the ones named exist: the others must not be reached. */
function handlers(some: Partial<RequestHandlers>): RequestHandlers {
  return some as RequestHandlers;
}

describe('the door into the engine', () => {
  test('answers with the value of the handler', async () => {
    const answer = await answerCall(handlers({ 'people.list': () => [] }), logger, 'people.list', {});
    expect(answer).toEqual({ ok: true, value: [] });
  });

  test.each(['constructor', '__proto__', 'toString', 'messages.sendAll', ''])(
    'refuses a request that is not in the contract: %j',
    async (method) => {
      const answer = await answerCall(handlers({}), logger, method, {});
      expect(answer).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    },
  );

  test.each([
    [undefined],
    [null],
    [{ messageId: 7 }],
    [{ messageId: '' }],
    [{ messageId: 'x', path: '/etc/passwd' }],
    [{ messageId: 'x'.repeat(65) }],
  ])('refuses an input that the schema does not allow, before any handler runs: %j', async (input) => {
    const open = vi.fn();
    const answer = await answerCall(handlers({ 'messages.open': open }), logger, 'messages.open', input);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(open).not.toHaveBeenCalled();
  });

  test('passes an expected failure on with its code and its sentence', async () => {
    const failing = () => {
      throw new DockerCommsError('not-found', 'It is gone.', { detail: { what: 'file' } });
    };
    const answer = await answerCall(handlers({ 'people.list': failing }), logger, 'people.list', {});
    expect(answer).toEqual({
      ok: false,
      error: { code: 'not-found', message: 'It is gone.', detail: { what: 'file' } },
    });
  });

  test('tells a defect as internal, without its words, and logs it', async () => {
    logger.error.mockClear();
    const failing = () => {
      throw new TypeError('password hunter2 is not a function');
    };
    const answer = await answerCall(handlers({ 'people.list': failing }), logger, 'people.list', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(logger.error).toHaveBeenCalledOnce();
  });
});
