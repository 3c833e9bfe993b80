/** Version 6: whose key signs, whose keys are believed, and what is known of who wrote each message. */
export const trust = `
-- fingerprint of the key that signs for the account on this computer; the key lies in the vault
ALTER TABLE accounts ADD COLUMN signingKey TEXT;

-- the account's own profile as it was last published, and where copies of it lie
CREATE TABLE ownProfiles (
  accountId TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  document BLOB NOT NULL,
  signedBy TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE profileCopies (
  accountId TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  repository TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (accountId, repository)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
  personId TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  document BLOB NOT NULL,
  signedBy TEXT NOT NULL,
  pinnedAt INTEGER NOT NULL,
  -- when a person compared, or an invitation told the key
  verifiedAt INTEGER,
  -- fingerprints that are believed no longer, although the pinned profile has them
  distrusted TEXT NOT NULL DEFAULT '[]',
  -- what a person has to look at, and the profile that brought it
  change TEXT,
  -- digest of the last profile that raised an alarm and was looked at: it raises no other
  dismissed TEXT,
  checkedAt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- a key that an invitation told before its owner's profile was seen
ALTER TABLE people ADD COLUMN invitedKey TEXT;

ALTER TABLE conversations ADD COLUMN standing TEXT NOT NULL DEFAULT 'accepted'
  CHECK (standing IN ('accepted', 'request', 'blocked'));

ALTER TABLE messages ADD COLUMN trust TEXT NOT NULL DEFAULT 'unsigned'
  CHECK (trust IN ('signed', 'unsigned', 'foreign', 'bad'));
ALTER TABLE messages ADD COLUMN trustReason TEXT;
ALTER TABLE messages ADD COLUMN signer TEXT;

-- what nobody proved hides nothing that somebody did
DROP INDEX messagesIncoming;
CREATE UNIQUE INDEX messagesIncoming ON messages (wireId, author, conversationId)
  WHERE direction = 'incoming' AND trust = 'signed' AND state <> 'refused';
DROP INDEX messagesUnread;
CREATE INDEX messagesUnread ON messages (conversationId, sequence)
  WHERE direction = 'incoming' AND state NOT IN ('refused', 'expired', 'unverified');
CREATE INDEX messagesUnverified ON messages (expiresAt) WHERE state = 'unverified';
`;
