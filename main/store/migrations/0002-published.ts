/** Version 2: what this home put on which registry, so that it can be taken away again when it has expired. */
export const published = `
CREATE TABLE published (
  accountId TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  repository TEXT NOT NULL,
  digest TEXT NOT NULL,
  tag TEXT NOT NULL,
  -- what it is attached to, for receipts and signatures
  subject TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'receipt', 'signature')),
  bytes INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL,
  retryAt INTEGER,
  PRIMARY KEY (repository, digest, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX publishedByExpiry ON published (accountId, repository, expiresAt);

CREATE TABLE cleanups (
  accountId TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  repository TEXT NOT NULL,
  at INTEGER NOT NULL,
  nextAt INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  failuresInARow INTEGER NOT NULL,
  failure TEXT,
  PRIMARY KEY (accountId, repository)
) STRICT, WITHOUT ROWID;

-- receipts of earlier versions are not known: nothing says which of those on the registry were ours
INSERT OR IGNORE INTO published (accountId, repository, digest, tag, kind, bytes, expiresAt)
  SELECT accountId, messages.repository, digest, tag, 'message',
    coalesce(fileBytes, length(CAST(text AS BLOB)), 0), coalesce(expiresAt, at + ttlSeconds * 1000)
  FROM messages JOIN conversations ON conversations.id = conversationId
  WHERE direction = 'outgoing' AND messages.repository IS NOT NULL AND digest IS NOT NULL AND tag IS NOT NULL;

CREATE INDEX messagesByBatch ON messages (conversationId, batchId)
  WHERE batchId IS NOT NULL AND direction = 'outgoing';
CREATE INDEX messagesToExpire ON messages (expiresAt)
  WHERE direction = 'incoming' AND state IN ('waiting', 'failed');
`;
