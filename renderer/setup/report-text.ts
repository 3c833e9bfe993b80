import type { ConnectionReport } from '../../preload/contract/connection.ts';
import { words } from '../locales/en.ts';

/** A report as text, for whoever helps: everything that is on the screen, and the codes of failures. */
export function reportText(report: ConnectionReport, version: string): string {
  const summary = report.usable ? words.connect.usable : words.connect.notUsable;
  const lines = report.checks.map(({ name, outcome, message, hint, error }) => {
    const line = `[${words.connect.outcomes[outcome]}] ${words.connect.checks[name]}: ${message}`;
    const more = [
      ...(hint === undefined ? [] : [`    ${hint}`]),
      ...(error === undefined ? [] : [`    ${error.code} ${JSON.stringify(error.detail)}`]),
    ];
    return [line, ...more].join('\n');
  });
  const warnings = (report.warnings ?? []).map((text) => `${words.connect.registrySays}: “${text}”`);
  const tested = `${new Date(report.testedAt).toISOString()}, ${words.product} ${version}`;
  return [report.repository, tested, summary, '', ...lines, ...warnings, ''].join('\n');
}
