/** Version 7: where people said that they are written to, as far as a person here has to decide about it. */
export const toldMailboxes = `
-- a repository on another host that this person named in a signed message; null: none, or it was decided
ALTER TABLE people ADD COLUMN proposedMailbox TEXT;
-- the last one that was declined: it is not proposed again
ALTER TABLE people ADD COLUMN declinedMailbox TEXT;
`;
