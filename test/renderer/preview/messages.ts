/** Short ways to write messages down. */
import { linksIn } from '../../../main/messenger/links.ts';
import type { TrustReason } from '../../../main/base/reasons.ts';
import type {
  FileContent,
  MessageState,
  MessageTrust,
  MessageView,
  TransferProgress,
} from '../../../preload/contract/messages.ts';

let next = 0;

export interface MessageOptions {
  readonly from: string;
  readonly own?: boolean;
  readonly at: number;
  readonly state?: MessageState;
  readonly failure?: string;
  readonly code?: 'network' | 'untrusted';
  readonly trust?: MessageTrust;
  readonly trustReason?: TrustReason;
  readonly batch?: MessageView['batch'];
  readonly inReplyTo?: MessageView['inReplyTo'];
}

export function text(words: string, options: MessageOptions): MessageView {
  return messageOf({ kind: 'text', text: words, links: linksIn(words) }, options);
}

export interface FileOptions extends MessageOptions {
  readonly bytes: number;
  readonly mediaType?: string;
  readonly folder?: boolean;
  readonly preview?: 'image' | 'text';
  readonly progress?: TransferProgress;
  readonly keptBytes?: number;
  readonly available?: boolean;
}

export function file(name: string, options: FileOptions): MessageView {
  const content: FileContent = {
    kind: 'file',
    name,
    bytes: options.bytes,
    mediaType: options.mediaType ?? 'application/octet-stream',
    folder: options.folder ?? false,
    preview: options.preview ?? null,
    available: options.available ?? (options.state === undefined || options.state === 'received'),
    progress: options.progress ?? null,
    keptBytes: options.keptBytes ?? 0,
  };
  return messageOf(content, options);
}

function messageOf(content: MessageView['content'], options: MessageOptions): MessageView {
  next += 1;
  const id = `message-${next}`;
  const own = options.own ?? false;
  return {
    id,
    conversationId: '',
    direction: own ? 'outgoing' : 'incoming',
    author: options.from,
    at: options.at,
    writtenAt: options.at,
    state: options.state ?? (own ? 'delivered-unconfirmed' : 'received'),
    failure:
      options.failure === undefined
        ? null
        : {
            code: options.code ?? 'network',
            message: options.failure,
            detail: {},
            retryable: true,
            retryAt: null,
          },
    trust: options.trust ?? 'signed',
    trustReason: options.trustReason ?? null,
    inReplyTo: options.inReplyTo ?? null,
    content,
    batch: options.batch ?? null,
    details: {
      messageId: '6f1c2a34-8d8e-4b7e-9a51-0d5b7c1f2e90',
      repository: 'registry.example.com/team/messages',
      tag: 'inbox-bvs61fohi1cmosc8le2hrdkhu3-20261123-5a1f09c2-6f1c2a34',
      digest: 'sha256:8f14e45fceea167a5a36dedd4bea2543f2c1b9d6b0a6d3a6c3e2c4b1d9f0e7a5',
      compression: content.kind === 'file' ? 'zstd' : null,
      chunks: content.kind === 'file' ? Math.ceil(content.bytes / (16 * 1024 * 1024)) : 1,
      expiresAt: options.at + 7 * 86_400_000,
    },
  };
}
