import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findRealParts } from './scripts/testing/real-parts.ts';
import { findChromium, launchOptions } from './test/browser.ts';
import type { Setting } from './test/scenarios/support/scenario.ts';

/**
 * The same scenarios in several settings: which host opens the window, which registry is between the people. A setting
 * whose real part is not on this computer does not exist here; `npm test` reports the part by name.
 */
const parts = await findRealParts();
const has = (name: (typeof parts)[number]['name']) =>
  parts.some((part) => part.name === name && part.present);
const chromium = await findChromium();

/** What does not depend on the registry is run once. */
const registryIndependent = /@any-registry/;
/** What the embedded registry on loopback has not: logins. */
const needsDockerRegistry = /@docker-registry/;

const projects = [
  {
    name: 'browser',
    use: { host: 'browser', registry: 'embedded' } as const,
    needs: true,
    grepInvert: needsDockerRegistry,
  },
  {
    name: 'browser-docker-registry',
    use: { host: 'browser', registry: 'docker-registry' } as const,
    needs: has('docker-registry'),
    grepInvert: registryIndependent,
  },
  // The built Electron program over a real Chromium: no evidence about the real binary.
  {
    name: 'standin',
    use: { host: 'standin', registry: 'embedded' } as const,
    needs: true,
    // Each of its windows is a browser of its own: here is what can differ between hosts.
    grep: /@every-host/,
  },
  {
    name: 'electron',
    use: { host: 'electron', registry: 'embedded' } as const,
    needs: has('Electron binary'),
    grepInvert: /@browser-only|@not-on-electron|@docker-registry/,
  },
];

export default defineConfig<Setting>({
  testDir: 'test/scenarios',
  testMatch: '*.spec.ts',
  globalSetup: './test/scenarios/build.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: Math.min(2, availableParallelism()),
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env.CI !== undefined,
  // On a shared machine only, and never in silence: the closing report names what passed at the second attempt and why
  // it failed at the first. Whoever reads it owes an answer.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: 'list',
  use: {
    // Every window of the browser host is a context of the one browser of its worker.
    ...(chromium === null ? {} : { launchOptions: launchOptions(chromium) }),
    viewport: { width: 1200, height: 780 },
    locale: 'en-GB',
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  projects: projects.filter(({ needs }) => needs).map(({ needs: _needs, ...project }) => project),
});
