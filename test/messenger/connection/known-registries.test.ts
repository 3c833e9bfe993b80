import { expect, test } from 'vitest';
import { knownRegistry } from '../../../main/messenger/connection/known-registries.ts';
import { understandRepository } from '../../../main/messenger/connection/understand.ts';

test.each([
  ['docker.io', 'Docker Hub'],
  ['index.docker.io', 'Docker Hub'],
  ['ghcr.io', 'GitHub Container Registry'],
  ['registry.gitlab.com', 'GitLab'],
  ['registry.gitlab.example.com:5050', 'GitLab'],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'Amazon ECR'],
  ['europe-west3-docker.pkg.dev', 'Google Artifact Registry'],
  ['team.azurecr.io', 'Azure Container Registry'],
  ['quay.io', 'Quay'],
])('%s is known as %s, with something to know', (host, name) => {
  const known = knownRegistry({ host, path: 'team/mail' });
  expect(known?.name).toBe(name);
  expect(known?.advice.length).toBeGreaterThan(0);
});

test.each([
  'ghcr.io.example.com',
  'notghcr.io',
  'docker.io.example',
  'mygitlab.example',
  'azurecr.io',
  '127.0.0.1:5000',
])('%s is taken for no other registry', (host) => {
  expect(knownRegistry({ host, path: 'team/mail' })).toBeNull();
});

test('what was typed is shown with the server that is really asked, and how', () => {
  const usesPlainHttp = (host: string) => host === 'registry.lan:5000';
  const understand = (text: string) => understandRepository(text, { usesPlainHttp });
  expect(understand('docker.io/me/mail')).toMatchObject({
    ...{ host: 'docker.io', server: 'registry-1.docker.io', plainHttp: false, onThisComputer: false },
    registry: { name: 'Docker Hub' },
  });
  expect(understand('http://127.0.0.1:5000/mail/')).toMatchObject({
    ...{ repository: '127.0.0.1:5000/mail', plainHttp: true, onThisComputer: true, registry: null },
  });
  // A person chose to go on without encryption to this host, and to none other.
  expect(understand('registry.lan:5000/mail')).toMatchObject({ plainHttp: true, onThisComputer: false });
  expect(understand('http://registry.lan/mail')).toMatchObject({ plainHttp: false, onThisComputer: false });
});
