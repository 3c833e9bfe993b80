import { describe, expect, it } from 'vitest';
import type { FileContent, MessageState, MessageView } from '../../preload/contract/messages.ts';
import { fileActions, sharedActions } from '../../renderer/conversation/file-actions.ts';
import { runSharedAction } from '../../renderer/conversation/file-actions-run.ts';
import { movementOf, standstillOf } from '../../renderer/conversation/file-status.ts';
import type { App } from '../../renderer/state/app.svelte.ts';
import { file, type FileOptions } from './preview/messages.ts';

const desktop = {
  openFiles: true,
  showInFolder: true,
  downloadInBrowser: false,
  chooseFolder: true,
  listFolders: false,
  openPages: false,
  saveAs: true,
  dragOut: true,
  checkSpelling: false,
  startWithSystem: true,
  chooseFiles: true,
  embeddedRegistry: true,
};
const remoteBrowser = {
  ...desktop,
  openFiles: false,
  showInFolder: false,
  saveAs: false,
  downloadInBrowser: true,
};

function message(state: MessageState, options: Partial<FileOptions> = {}) {
  const view = file('a.bin', { from: 'bob@example.com', at: 0, bytes: 1, state, ...options });
  return view as MessageView & { readonly content: FileContent };
}

describe('what a file card offers', () => {
  it.each(['queued', 'preparing', 'uploading', 'downloading'] as const)(
    'is to pause or cancel while it is %s',
    (state) => {
      expect(fileActions(message(state), desktop)).toEqual(['pause', 'cancel']);
    },
  );

  it('is to go on with what was paused, or give it up', () => {
    expect(fileActions(message('paused'), desktop)).toEqual(['resume', 'cancel']);
  });

  it('is to give up a download that failed or is to be tried again, where something of it is here', () => {
    expect(fileActions(message('failed', { keptBytes: 1 }), desktop)).toEqual(['cancel']);
    expect(fileActions(message('waiting', { keptBytes: 1 }), desktop)).toEqual([
      'download',
      'pause',
      'cancel',
    ]);
  });

  it('is to try again after it was cancelled, and to download what waits', () => {
    expect(fileActions(message('cancelled'), desktop)).toEqual(['retry']);
    expect(fileActions(message('waiting'), desktop)).toEqual(['download']);
  });

  it('is only what this host can do with a file that is here', () => {
    expect(fileActions(message('received'), desktop)).toEqual(['open', 'show-in-folder', 'save-as']);
    expect(fileActions(message('delivered', { own: true, available: true }), desktop)).not.toContain(
      'save-as',
    );
    expect(fileActions(message('received'), remoteBrowser)).toEqual(['save']);
    expect(fileActions(message('sent', { own: true, available: true }), remoteBrowser)).toEqual([]);
  });

  it('is nothing for a file that is no longer here, was refused, or failed (retry stands with the reason)', () => {
    expect(fileActions(message('received', { available: false }), desktop)).toEqual([]);
    expect(fileActions(message('refused', { available: true }), desktop)).toEqual([]);
    expect(fileActions(message('failed'), desktop)).toEqual([]);
  });
});

describe('what is offered for several files at once', () => {
  const offered = (...files: ReturnType<typeof message>[]) =>
    sharedActions(files, desktop).map(({ action, files: those }) => [action, those.map(({ id }) => id)]);

  it('is what moves or stops them, each with the files it is about', () => {
    const [queued, uploading, cancelled] = [message('queued'), message('uploading'), message('cancelled')];
    expect(offered(queued, uploading, cancelled)).toEqual([
      ['pause', [queued.id, uploading.id]],
      ['cancel', [queued.id, uploading.id]],
      ['retry', [cancelled.id]],
    ]);
    const [waiting, paused] = [message('waiting'), message('paused')];
    expect(offered(waiting, paused, waiting)).toEqual([
      ['download', [waiting.id, waiting.id]],
      ['resume', [paused.id]],
      ['cancel', [paused.id]],
    ]);
  });

  it('is done with each, and one that fails stops none of the others', async () => {
    const asked: string[] = [];
    const failures: unknown[] = [];
    const client = {
      call: (method: string, { messageId }: { messageId: string }) => {
        asked.push(`${method} ${messageId}`);
        return messageId === 'b' ? Promise.resolve(null) : Promise.reject(new Error(messageId));
      },
    };
    const attempt = (work: () => Promise<unknown>) =>
      work().then(
        () => true,
        (error: unknown) => {
          failures.push(error);
          return false;
        },
      );
    await runSharedAction({ client, attempt } as unknown as App, ['a', 'b', 'c'], 'pause');
    expect(asked).toEqual(['messages.pause a', 'messages.pause b', 'messages.pause c']);
    expect(failures).toEqual([new Error('a')]);
  });

  it('is nothing that shows a window, a folder or a question for each', () => {
    expect(offered(message('received'), message('received'))).toEqual([]);
  });
});

describe('the line under the progress bar', () => {
  const progress = {
    phase: 'uploading',
    bytesDone: 291_500_000,
    bytesTotal: 734_003_200,
    bytesPerSecond: 18_400_000,
    secondsLeft: 24,
  } as const;

  it('says how far, how fast and how long', () => {
    const { done, left } = movementOf(progress);
    expect(done).toContain('18.4');
    expect(left).toContain('24');
  });

  it('says what is here while nothing moves', () => {
    const { content } = message('paused', { bytes: 734_003_200, keptBytes: 291_500_000 });
    expect(standstillOf(content).done).toContain('292');
  });

  it('names the phase while nothing has moved, and promises no time that nobody knows', () => {
    const { done, left } = movementOf({ ...progress, bytesDone: 0, bytesPerSecond: null, secondsLeft: null });
    expect(done).not.toMatch(/\d/u);
    expect(left).toBe('');
  });
});
