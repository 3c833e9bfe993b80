/** Version 9: what a person has seen of the messages that were refused. */
export const dismissed = `
ALTER TABLE seenTags ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0;
DROP INDEX seenTagsRejected;
CREATE INDEX seenTagsRefused ON seenTags (firstSeenAt)
  WHERE outcome IN ('rejected', 'conflict') AND dismissed = 0;
`;
