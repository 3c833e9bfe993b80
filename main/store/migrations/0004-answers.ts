/** Version 4: the message that another one answers is found by its number on the wire. */
export const answers = `
CREATE INDEX messagesByWireId ON messages (conversationId, wireId);
`;
