#!/usr/bin/env node
/** `npm exec -- dockercomms …`: builds what is stale, then hands the command line over to the project's own Node. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isStale } from './freshness.mjs';
import { build, projectNode, root } from './tools.mjs';

if (isStale(root) && !(await build())) process.exit(1);

// In the caller's folder, unlike the other scripts: paths on the command line are relative to it.
const cli = spawn(projectNode(), [join(root, 'dist/main/cli.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl+C reaches it by itself, and it ends tidily; this process stays to report how.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => cli.kill('SIGTERM'));
cli.once('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
});
