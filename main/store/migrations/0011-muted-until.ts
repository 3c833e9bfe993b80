/** Version 11: when the mute of a conversation ends by itself. Null where it is not muted, and where it is for ever. */
export const mutedUntil = `
ALTER TABLE conversations ADD COLUMN mutedUntil INTEGER;
`;
