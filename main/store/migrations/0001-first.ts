/** Version 1: the first store. */
export const first = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  identity TEXT NOT NULL,
  repository TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('this-computer', 'registry')),
  username TEXT,
  createdAt INTEGER NOT NULL,
  UNIQUE (identity, repository)
) STRICT;

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  -- compared byte for byte: SQLite's default collation
  identity TEXT NOT NULL UNIQUE,
  name TEXT,
  mailbox TEXT,
  firstSeenAt INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  accountId TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  personId TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  muted INTEGER NOT NULL DEFAULT 0,
  draft TEXT NOT NULL DEFAULT '',
  activityAt INTEGER NOT NULL,
  readUpTo INTEGER NOT NULL DEFAULT 0,
  UNIQUE (accountId, personId)
) STRICT;
CREATE INDEX conversationsByPerson ON conversations (personId);
CREATE INDEX conversationsByActivity ON conversations (activityAt);

CREATE TABLE messages (
  -- AUTOINCREMENT: a number is never given out twice, so "read up to" stays true after deletions
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  conversationId TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('outgoing', 'incoming')),
  wireId TEXT NOT NULL,
  sessionId TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  writtenAt INTEGER,
  state TEXT NOT NULL,
  failure TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('text', 'file')),
  fileName TEXT,
  fileBytes INTEGER,
  mediaType TEXT,
  folder INTEGER NOT NULL,
  sourcePath TEXT,
  sourceTemporary INTEGER NOT NULL,
  sourceSize INTEGER,
  sourceModifiedAt REAL,
  savedPath TEXT,
  batchId TEXT,
  batchIndex INTEGER,
  batchCount INTEGER,
  inReplyTo TEXT,
  ttlSeconds INTEGER NOT NULL,
  expiresAt INTEGER,
  repository TEXT,
  tag TEXT,
  digest TEXT,
  compression TEXT,
  chunks INTEGER,
  attempts INTEGER NOT NULL,
  retryAt INTEGER,
  downloadWanted INTEGER NOT NULL,
  -- last: it can be long, and most statements stop before it
  text TEXT
) STRICT;
CREATE INDEX messagesInOrder ON messages (conversationId, at, sequence);
CREATE INDEX messagesUnread ON messages (conversationId, sequence)
  WHERE direction = 'incoming' AND state NOT IN ('refused', 'expired');
CREATE INDEX messagesByState ON messages (state, sequence);
CREATE INDEX messagesByDigest ON messages (digest) WHERE digest IS NOT NULL;
CREATE INDEX messagesTemporarySources ON messages (sequence) WHERE sourceTemporary = 1;
-- the first accepted stands; refused bytes hide nothing
CREATE UNIQUE INDEX messagesIncoming ON messages (wireId, author, conversationId)
  WHERE direction = 'incoming' AND state <> 'refused';

-- apart from messages: up to megabytes each, and read only to download
CREATE TABLE manifests (
  sequence INTEGER PRIMARY KEY REFERENCES messages (sequence) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE seenTags (
  repository TEXT NOT NULL,
  tag TEXT NOT NULL,
  digest TEXT,
  outcome TEXT NOT NULL,
  reason TEXT,
  firstSeenAt INTEGER NOT NULL,
  PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX seenTagsRejected ON seenTags (firstSeenAt) WHERE outcome IN ('rejected', 'conflict');

CREATE TABLE seenReceipts (
  repository TEXT NOT NULL,
  tag TEXT NOT NULL,
  forDigest TEXT,
  status TEXT,
  firstSeenAt INTEGER NOT NULL,
  PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE dueReceipts (
  id TEXT PRIMARY KEY,
  accountId TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- no reference: what was delivered is acknowledged even when the message was removed here
  messageId TEXT,
  repository TEXT NOT NULL,
  forDigest TEXT NOT NULL,
  recipient TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('accepted', 'rejected')),
  reason TEXT,
  verified INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  retryAt INTEGER,
  UNIQUE (accountId, repository, forDigest)
) STRICT;

CREATE TABLE delivered (
  repository TEXT NOT NULL,
  me TEXT NOT NULL,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (repository, me, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  document TEXT NOT NULL
) STRICT;
INSERT INTO settings (id, document) VALUES (1, '{}');

CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- an index over messages, not a copy of them
CREATE VIRTUAL TABLE messagesText USING fts5 (
  text, fileName,
  content = 'messages', content_rowid = 'sequence',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER messagesTextInsert AFTER INSERT ON messages BEGIN
  INSERT INTO messagesText (rowid, text, fileName) VALUES (new.sequence, new.text, new.fileName);
END;
CREATE TRIGGER messagesTextDelete AFTER DELETE ON messages BEGIN
  INSERT INTO messagesText (messagesText, rowid, text, fileName)
    VALUES ('delete', old.sequence, old.text, old.fileName);
END;
CREATE TRIGGER messagesTextUpdate AFTER UPDATE OF text, fileName ON messages BEGIN
  INSERT INTO messagesText (messagesText, rowid, text, fileName)
    VALUES ('delete', old.sequence, old.text, old.fileName);
  INSERT INTO messagesText (rowid, text, fileName) VALUES (new.sequence, new.text, new.fileName);
END;
`;
