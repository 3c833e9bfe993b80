import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end, by name, which tests were not run because this machine lacks a real part (`real-parts.ts`). */
export class NotRunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const lines = skipped
      .filter(({ name }) => name.includes('(not run: '))
      .map(({ fullName }) => `  ${fullName}\n`);
    if (lines.length > 0)
      process.stdout.write(`\nNot run, because this machine lacks a real part:\n${lines.join('')}`);
  }
}
