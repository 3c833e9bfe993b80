import { describe, expect, it } from 'vitest';
import { configPlaces, type Environment } from '../../main/credentials/config-places.ts';

const names = (
  environment: Environment,
  platform: NodeJS.Platform = 'linux',
  uid: number | undefined = 1000,
) => configPlaces({ environment, home: '/home/alice', platform, uid }).map(({ name }) => name);

describe('where logins are looked for (containers-auth.json(5))', () => {
  it('the runtime folder, the configuration folder, Docker, and Docker of old', () => {
    expect(names({ XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual([
      '/run/user/1000/containers/auth.json',
      '/home/alice/.config/containers/auth.json',
      '/home/alice/.docker/config.json',
      '/home/alice/.dockercfg',
    ]);
  });

  it('without a runtime folder, the one that Podman makes by the number of the user', () => {
    expect(names({})[0]).toBe('/run/containers/1000/auth.json');
    expect(names({ XDG_RUNTIME_DIR: 'relative' })[0]).toBe('/run/containers/1000/auth.json');
  });

  it.each(['darwin', 'win32'] as const)('on %s there is no runtime folder', (platform) => {
    expect(names({ XDG_RUNTIME_DIR: '/run/user/1000' }, platform)).toEqual([
      '/home/alice/.config/containers/auth.json',
      '/home/alice/.docker/config.json',
      '/home/alice/.dockercfg',
    ]);
  });

  it('XDG_CONFIG_HOME moves the configuration folder', () => {
    expect(names({ XDG_RUNTIME_DIR: '/r', XDG_CONFIG_HOME: '/etc/alice' })).toContain(
      '/etc/alice/containers/auth.json',
    );
  });

  it('REGISTRY_AUTH_FILE comes first', () => {
    expect(names({ REGISTRY_AUTH_FILE: '/tmp/auth.json', DOCKER_CONFIG: '/d' })[0]).toBe('/tmp/auth.json');
  });

  it('DOCKER_CONFIG comes before what nobody named, and instead of ~/.docker', () => {
    const places = names({ DOCKER_CONFIG: '/d', XDG_RUNTIME_DIR: '/r' });
    expect(places[0]).toBe('/d/config.json');
    expect(places).not.toContain('/home/alice/.docker/config.json');
  });

  it('DOCKER_AUTH_CONFIG is a configuration in itself, before the file of DOCKER_CONFIG', () => {
    const [first, second] = configPlaces({
      environment: { DOCKER_AUTH_CONFIG: '{}', DOCKER_CONFIG: '/d' },
      home: '/home/alice',
      platform: 'linux',
      uid: 1000,
    });
    expect([first?.content?.(), second?.name]).toEqual(['{}', '/d/config.json']);
  });

  it('empty variables name nothing', () => {
    expect(names({ REGISTRY_AUTH_FILE: '', DOCKER_CONFIG: '', DOCKER_AUTH_CONFIG: '' })).toEqual(names({}));
  });

  it('no file is read twice', () => {
    const places = names({ XDG_RUNTIME_DIR: '/home/alice/.config' });
    expect(new Set(places).size).toBe(places.length);
  });
});
