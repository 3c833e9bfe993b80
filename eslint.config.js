import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { namedLimits } from './scripts/named-limits.js';

/**
 * The floors of the house: what each folder may import besides itself. A new edge is a change here, and so visible in
 * review. `preload/contract` is pure and may be imported from `main/messenger` up.
 */
const floors = {
  'main/base': [],
  'main/oci': ['main/base'],
  'main/credentials': ['main/base', 'main/oci'],
  'main/vault': ['main/base'],
  'main/store': ['main/base'],
  'main/registry': ['main/base', 'main/vault/private-file.ts'],
  'main/protocol': ['main/base', 'main/oci'],
  'main/trust': ['main/base', 'main/oci', 'main/protocol'],
  'main/transfer': ['main/base', 'main/oci', 'main/protocol', 'main/trust'],
  'main/updates': ['main/base', 'main/oci', 'main/protocol', 'main/trust', 'main/transfer'],
  'main/messenger': [
    'main/base',
    'main/oci',
    'main/credentials',
    'main/vault',
    'main/store',
    'main/protocol',
    'main/trust',
    'main/transfer',
    'main/updates',
    'preload/contract',
  ],
  'main/hosts': ['main', 'preload/contract'],
  preload: ['main/base'],
  renderer: ['preload/contract', 'preload/socket.ts', 'main/base/limits.ts', 'main/base/reasons.ts'],
};

const zones = Object.entries(floors).map(([target, allowed]) => ({
  target: `./${target}`,
  from: './',
  except: [`./${target}`, ...allowed.map((folder) => `./${folder}`), './node_modules', './assets'],
  message: `${target} may import only itself${allowed.length === 0 ? '' : ` and ${allowed.join(', ')}`} (eslint.config.js, "floors").`,
}));

const electronElsewhere = {
  name: 'electron',
  message: 'Only main/hosts/electron and preload/electron.ts know Electron.',
};

const httpAsModule = {
  name: 'node:http',
  allowTypeImports: true,
  message: 'Takes 25 ms of every start: nodeHttp() (main/base/node-http.ts).',
};

const schemasElsewhere = {
  group: [
    '**/contract/*',
    '!**/contract/field-limits.ts',
    '!**/contract/connection-checks.ts',
    '!**/contract/quiet-lengths.ts',
  ],
  allowTypeImports: true,
  message:
    'The window takes types from the contract: its schemas would bring their whole library into every start.',
};

/**
 * Nothing of ours goes around a rest that a person chose in the system (ARCHITECTURE.md, "Do-not-disturb"): what the system
 * cannot hold back is not made.
 */
const couldNotBeHeld = 'The system could not hold this back (ARCHITECTURE.md, "Do-not-disturb").';
const loud = {
  calls: ['flashFrame', 'bounce', 'beep'].map((property) => ({ property, message: couldNotBeHeld })),
  // Options of notifications.
  options: {
    selector: 'Property[key.name=/^(?:urgency|timeoutType|toastXml|sound|requireInteraction|vibrate)$/]',
    message: couldNotBeHeld,
  },
  sounds: ['Audio', 'AudioContext', 'SpeechSynthesisUtterance'].map((name) => ({
    name,
    message: couldNotBeHeld,
  })),
};

export default defineConfig(
  {
    ignores: [
      'dist',
      'release',
      'node_modules',
      'test-results',
      'playwright-report',
      'test/fixtures',
      '.cache',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-default-export': 'error',
      'no-restricted-imports': ['error', { paths: [electronElsewhere] }],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['main/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [httpAsModule] }] },
  },
  {
    files: ['main/hosts/electron/**', 'preload/electron.ts', 'test/electron-standin/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['*.config.ts', '*.config.js', 'test/scenarios/*.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  { files: ['scripts/**', 'main/hosts/**', 'test/bench/**'], rules: { 'no-console': 'off' } },
  {
    files: ['renderer/**/*.svelte', 'renderer/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals: globals.browser },
    rules: { 'svelte/block-lang': ['error', { script: 'ts' }] },
  },
  { files: ['renderer/**/*.ts'], languageOptions: { globals: globals.browser } },
  {
    files: ['main/hosts/**', 'renderer/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-properties': ['error', ...loud.calls],
      'no-restricted-syntax': ['error', loud.options],
      'no-restricted-globals': ['error', ...loud.sounds],
    },
  },
  {
    files: ['renderer/**/*.{ts,svelte}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [schemasElsewhere] }],
    },
  },
  {
    files: [
      'main/**/*.ts',
      'preload/**/*.ts',
      'renderer/**/*.ts',
      'renderer/**/*.svelte',
      'scripts/**/*.{ts,js,mjs}',
    ],
    // Sizes and times of pictures bound nothing.
    ignores: ['scripts/screenshots.ts', 'scripts/screenshots/**'],
    plugins: { house: { rules: { 'named-limits': namedLimits } } },
    rules: { 'house/named-limits': 'error' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
  prettier,
  ...svelte.configs.prettier,
);
