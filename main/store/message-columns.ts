import type { Value } from './database.ts';
import type { MessageChange, MessageColumns, MessageFile, NewMessage, StoredFailure } from './message.ts';

type ColumnValues = Partial<Record<keyof MessageColumns, Value>>;

const noFile: ColumnValues = {
  fileName: null,
  fileBytes: null,
  mediaType: null,
  folder: false,
  sourcePath: null,
  sourceTemporary: false,
  sourceSize: null,
  sourceModifiedAt: null,
  savedPath: null,
};

/** Every column of a new row, except its id and sequence. */
export function newMessageToColumns(message: NewMessage): ColumnValues {
  const { id: _id, manifest: _manifest, file, batch, failure, ...rest } = message;
  return {
    ...noFile,
    writtenAt: null,
    text: null,
    inReplyTo: null,
    expiresAt: null,
    repository: null,
    tag: null,
    digest: null,
    compression: null,
    chunks: null,
    attempts: 0,
    retryAt: null,
    downloadWanted: false,
    trust: 'unsigned',
    trustReason: null,
    signer: null,
    ...rest,
    ...(file === undefined || file === null ? {} : fileColumns(file)),
    failure: failureColumn(failure ?? null),
    batchId: batch?.id ?? null,
    batchIndex: batch?.index ?? null,
    batchCount: batch?.count ?? null,
  };
}

/** The columns that a change touches, and the manifest, which lives in a table of its own. */
export function changeToColumns(change: MessageChange): {
  readonly columns: ColumnValues;
  readonly manifest: Uint8Array | null | undefined;
} {
  const { manifest, file, failure, ...rest } = change;
  const columns = {
    ...rest,
    ...(file === undefined ? {} : fileColumns(file)),
    ...(failure === undefined ? {} : { failure: failureColumn(failure) }),
  };
  return { columns, manifest };
}

function fileColumns({ name, bytes, ...rest }: Partial<MessageFile>): ColumnValues {
  return {
    ...rest,
    ...(name === undefined ? {} : { fileName: name }),
    ...(bytes === undefined ? {} : { fileBytes: bytes }),
  };
}

function failureColumn(failure: StoredFailure | null): string | null {
  return failure === null ? null : JSON.stringify(failure);
}
