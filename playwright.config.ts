import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findRealParts } from './scripts/testing/real-parts.ts';
import { findChromium, findShell, type FoundChromium, launchOptions } from './test/browser.ts';
import type { Setting } from './test/scenarios/support/scenario.ts';

/**
 * The same scenarios in several settings: which host opens the window, which registry is between the people. A setting
 * whose real part is not on this computer does not exist here; `npm test` reports the part by name.
 */
const parts = await findRealParts();
const has = (name: (typeof parts)[number]['name']) =>
  parts.some((part) => part.name === name && part.present);
const started = (chromium: FoundChromium | null) =>
  chromium === null ? {} : { launchOptions: launchOptions(chromium) };

/** Starts a registry of Debian's package by itself, whoever keeps the one between the people. */
const withDockerRegistry = /@docker-registry/;
/** What registries can answer differently: uploads, listings, what is beside a manifest, and their absence. */
const everyRegistry = /@every-registry/;
/** Of the page in a browser: each says why. */
const browserOnly = /@browser-only/;

const unlessPresent = (part: (typeof parts)[number]['name'], tag: RegExp) => (has(part) ? [] : [tag]);

const projects = [
  {
    name: 'browser',
    use: { host: 'browser', registry: 'embedded' } as const,
    needs: true,
    grepInvert: unlessPresent('docker-registry', withDockerRegistry),
  },
  {
    name: 'browser-docker-registry',
    use: { host: 'browser', registry: 'docker-registry' } as const,
    needs: has('docker-registry'),
    grep: everyRegistry,
  },
  // The built Electron program over a real Chromium: no evidence about the real binary.
  {
    name: 'standin',
    use: { host: 'standin', registry: 'embedded', ...started(await findShell()) } as const,
    needs: true,
    grepInvert: [browserOnly, ...unlessPresent('docker-registry', withDockerRegistry)],
  },
  {
    name: 'electron',
    use: { host: 'electron', registry: 'embedded' } as const,
    needs: has('Electron binary'),
    grepInvert: [browserOnly, /@not-on-electron/, ...unlessPresent('docker-registry', withDockerRegistry)],
  },
];

/** A scenario waits for its people's programs more than half of the time: three on two cores wait together. */
const scenariosForTwoCores = 3;

export default defineConfig<Setting>({
  testDir: 'test/scenarios',
  testMatch: '*.spec.ts',
  globalSetup: './test/scenarios/build.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: availableParallelism() === 1 ? 1 : scenariosForTwoCores,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env.CI !== undefined,
  // On a shared machine only, and never in silence: the closing report names what passed at the second attempt and why
  // it failed at the first. Whoever reads it owes an answer.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: 'list',
  use: {
    // Every window of both hosts is a page in a context of the one browser of its worker.
    ...started(await findChromium()),
    viewport: { width: 1200, height: 780 },
    locale: 'en-GB',
    // What moves is no part of any scenario, and drawing it takes processor time from all of them.
    contextOptions: { reducedMotion: 'reduce' },
    // Without a copy of the document at each step, which nearly doubles what a scenario costs the window's process.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
  },
  projects: projects.filter(({ needs }) => needs).map(({ needs: _needs, ...project }) => project),
});
