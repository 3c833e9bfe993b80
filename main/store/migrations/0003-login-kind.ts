/** Version 3: an account says which kind of login was chosen for it. */
export const loginKind = `
ALTER TABLE accounts ADD COLUMN loginKind TEXT NOT NULL DEFAULT 'none'
  CHECK (loginKind IN ('none', 'container-tools', 'password'));
UPDATE accounts SET loginKind = 'password' WHERE username IS NOT NULL;
`;
