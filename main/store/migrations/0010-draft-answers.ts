/** Version 10: which message a draft answers. */
export const draftAnswers = `
ALTER TABLE conversations ADD COLUMN draftAnswers TEXT REFERENCES messages (id) ON DELETE SET NULL;
`;
