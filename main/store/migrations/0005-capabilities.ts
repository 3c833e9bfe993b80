/** Version 5: what works at which registry, learnt from its answers. */
export const capabilities = `
CREATE TABLE capabilities (
  repository TEXT NOT NULL,
  name TEXT NOT NULL,
  works INTEGER NOT NULL,
  learntAt INTEGER NOT NULL,
  PRIMARY KEY (repository, name)
) STRICT, WITHOUT ROWID;
`;
