/** Version 8: what floods are held back by: who waits for a seat among the requests, and which alarms were answered already. */
export const crowded = `
-- who says to have written what is 'crowded'; null for every other outcome
ALTER TABLE seenTags ADD COLUMN sender TEXT;
CREATE INDEX seenTagsCrowded ON seenTags (repository, sender) WHERE outcome = 'crowded';
-- JSON: kinds of alarms that a person answered with "the old keys", since when, and how many came after
ALTER TABLE pins ADD COLUMN quieted TEXT NOT NULL DEFAULT '{}';
`;
