import { test as base } from '@playwright/test';
import type { HostKind } from './hosts.ts';
import type { Person } from './person.ts';
import { World, type RegistryKind } from './world.ts';

/** Where the scenarios run; the projects of `playwright.config.ts` choose. */
export interface Setting {
  host: HostKind;
  registry: RegistryKind;
}

interface Cast {
  world: World;
  /** With an account; the first one here. */
  alice: Person;
  /** With an account on the same repository. */
  bob: Person;
}

export const test = base.extend<Setting & Cast>({
  host: ['browser', { option: true }],
  registry: ['embedded', { option: true }],
  world: async ({ host, registry, browser }, use) => {
    const world = await World.create(host, registry, browser);
    await use(world);
    await world.end();
  },
  alice: async ({ world }, use) => use(await world.join('Alice')),
  // Alice comes first: on the embedded registry it is her computer that keeps it.
  bob: async ({ world, alice: _first }, use) => use(await world.join('Bob')),
});

export { expect } from '@playwright/test';
