import { Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../base/limits.ts';
import { ack, type AckOptions } from './commands/ack.ts';
import { list, type ListOptions } from './commands/list.ts';
import { recv, type RecvOptions } from './commands/recv.ts';
import { registry, type RegistryOptions } from './commands/registry.ts';
import { send, type SendOptions } from './commands/send.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { refuseSigning, refuseVerifying, verify } from './signing-absent.ts';

/** What the program needs from outside, so that tests can run it in this process. */
export interface ProgramOptions {
  readonly context: CliContext;
  readonly version: string;
  /** Told the exit code of the command that ran. */
  readonly onExitCode: (code: ExitCode) => void;
}

/** The command line. Names, flags, defaults and exit codes are its interface to scripts: changing one breaks somebody. */
export function buildProgram({ context, version, onExitCode }: ProgramOptions): Command {
  const program = new Command('dockercomms')
    .description('Send and receive messages and files through a container registry')
    .exitOverride()
    .addHelpText('afterAll', loginHelp)
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.err(text.trimEnd()),
    });
  addSend(program, context);
  addRecv(program, context, onExitCode);
  addList(program, context, onExitCode);
  addVerify(program, onExitCode);
  addAck(program, context);
  addRegistry(program, context);
  program
    .command('version')
    .description('print the version')
    .action(() => context.terminal.out(`dockercomms ${version}`));
  return program;
}

/** Below every help, because it is asked of every command that goes to a registry. */
const loginHelp =
  '\nThe login: of --account, else DOCKERCOMMS_USERNAME and DOCKERCOMMS_PASSWORD, else the home, else Docker or Podman.';

const repoOption = () => new Option('--repo <repository>', 'host[:port]/path').makeOptionMandatory();
const plainHttpOption = () =>
  new Option('--plain-http', 'talk to this registry without encryption: anybody on the way can read along');
const accountOption = () => new Option('--account <id>', 'use the login of this account of the home');
const jsonOption = () => new Option('--json', 'print one JSON object and nothing else').default(false);

function addSend(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('send a file')
    .argument('<file>')
    .addOption(repoOption())
    .requiredOption('--recipient <identity>', 'who it is for')
    .option('--sender <identity>', 'who it is from', 'unknown')
    .option('--session <uuid>', 'groups messages; a new one when left out')
    .option('--chunk-bytes <bytes>', 'bytes of a chunk before compression', chunkBytes, limits.chunkBytes)
    .option('--parallel <chunks>', 'chunks in flight', positiveInteger, limits.chunksAtOnce)
    .addOption(new Option('--compress <method>').choices(['zstd', 'gzip']).default('zstd'))
    .option('--ttl-seconds <seconds>', 'how long it lives', positiveInteger, limits.timeToLiveSeconds)
    .option('--sign', 'sign it')
    .option('--no-sign', 'do not sign it (the default until signing exists)')
    .option('--identity <identity>', 'sign as this identity')
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(
      async (
        file: string,
        options: SendOptions & { readonly sign?: boolean; readonly identity?: string },
      ) => {
        if (options.sign === true || options.identity !== undefined) refuseSigning();
        await send(context, file, options);
      },
    );
}

function addRecv(program: Command, context: CliContext, onExitCode: (code: ExitCode) => void): void {
  program
    .command('recv')
    .description('save what is in an inbox')
    .addOption(repoOption())
    .requiredOption('--me <identity>', 'whose inbox')
    .requiredOption('--out <folder>', 'where to save')
    .option('--since <time>', 'only messages written at or after this time (RFC 3339)', rfc3339)
    .option('--max <count>', 'at most this many', positiveInteger)
    .option('--all', 'also what was delivered before', false)
    .option('--include-expired', 'also what has outlived its time', false)
    .option('--verify', 'accept only what is signed by whom it should be')
    .option('--no-verify', 'accept unsigned messages (the default until signing exists)')
    .option('--write-receipt', 'answer with a receipt once it is saved', true)
    .option('--no-write-receipt', 'write no receipt')
    .option('--trusted-root <file>', 'Sigstore trusted root')
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: RecvOptions & { readonly verify?: boolean; readonly trustedRoot?: string }) => {
      if (options.verify === true || options.trustedRoot !== undefined) refuseVerifying();
      onExitCode(await recv(context, options));
    });
}

function addList(program: Command, context: CliContext, onExitCode: (code: ExitCode) => void): void {
  program
    .command('list')
    .description('show what lies in a repository')
    .addOption(repoOption())
    .option('--me <identity>', 'only this inbox')
    .option('--receipts', 'receipts too', false)
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: ListOptions) => onExitCode(await list(context, options)));
}

function addVerify(program: Command, onExitCode: (code: ExitCode) => void): void {
  program
    .command('verify')
    .description('verify who signed a message')
    .addOption(repoOption())
    .requiredOption('--digest <digest>', 'of the message manifest')
    .addOption(new Option('--bundle <where>').choices(['auto', 'referrers', 'tag']).default('auto'))
    .option('--trusted-root <file>', 'Sigstore trusted root')
    .addOption(jsonOption())
    .action(() => {
      onExitCode(exitCodes.other);
      verify();
    });
}

function addAck(program: Command, context: CliContext): void {
  program
    .command('ack')
    .description('answer a message with a receipt')
    .addOption(repoOption())
    .requiredOption('--for <digest>', 'of the message manifest')
    .addOption(new Option('--status <status>').choices(['accepted', 'rejected']).default('accepted'))
    .option('--verified', 'say that the signature was verified', false)
    .option('--reason <text>', 'why it was rejected')
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: AckOptions) => ack(context, options));
}

function addRegistry(program: Command, context: CliContext): void {
  program
    .command('registry')
    .description('serve a registry on this computer')
    .option('--listen <address>', 'loopback address and port', '127.0.0.1:5000')
    .option('--data <folder>', 'where it keeps its content')
    .option('--network <address>', 'also for people on the network, over TLS: address and port, or :port')
    .option('--share <path>', 'the one repository that they see', 'mail')
    .option('--quota-bytes <bytes>', 'refuse their uploads over this much on the disk', positiveInteger)
    .option('--invite <name>', 'give somebody a password, shown once; may be repeated', collected, [])
    .option('--revoke <name>', 'take somebody’s password away; may be repeated', collected, [])
    .action(async (options: RegistryOptions) => registry(context, options));
}

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Not a whole number above zero.');
  return value;
}

function chunkBytes(text: string): number {
  const value = positiveInteger(text);
  if (value > limits.largestChunkBytes)
    throw new InvalidArgumentError(`At most ${limits.largestChunkBytes}.`);
  return value;
}

function rfc3339(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT/u.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Not a time such as 2026-01-31T12:00:00Z.');
  }
  return date;
}
