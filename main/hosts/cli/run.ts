import { CommanderError } from 'commander';
import { isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { normaliseBooleanFlags } from './arguments.ts';
import { CliContext } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { describeError, type Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the script) and says with which code the process should end. */
export async function runCommandLine(
  args: readonly string[],
  options: { readonly terminal: Terminal; readonly signal: AbortSignal; readonly version: string },
): Promise<ExitCode> {
  const { terminal, signal, version } = options;
  const context = new CliContext(terminal, signal);
  let exitCode: ExitCode = exitCodes.success;
  const program = buildProgram({ context, version, onExitCode: (code) => (exitCode = code) });
  try {
    await program.parseAsync(normaliseBooleanFlags(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed its own complaints and its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.other;
    if (!isDockerCommsError(error, 'cancelled')) terminal.err(`Error: ${describeError(error)}`);
    if (toDockerCommsError(error).code === 'internal') terminal.err(String(toDockerCommsError(error).cause));
    return exitCodeOf(error);
  } finally {
    await context.close();
  }
}
