import { Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../base/limits.ts';
import { ack, type AckOptions } from './commands/ack.ts';
import {
  exportIdentity,
  importIdentity,
  type IdentityExportOptions,
  type IdentityImportOptions,
} from './commands/device.ts';
import {
  beginAnew,
  createIdentity,
  type IdentityCreateOptions,
  type IdentityShowOptions,
  showIdentity,
} from './commands/identity.ts';
import { list, type ListOptions } from './commands/list.ts';
import { recv, type RecvOptions } from './commands/recv.ts';
import { registry, type RegistryOptions } from './commands/registry.ts';
import { send, type SendOptions } from './commands/send.ts';
import {
  beginVaultAnew,
  removeSlot,
  restoreSlot,
  setPassphrase,
  showVault,
  type VaultPassphraseOptions,
  type VaultShowOptions,
} from './commands/vault.ts';
import { verify, type VerifyOptions } from './commands/verify.ts';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

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
  addVerify(program, context, onExitCode);
  addAck(program, context);
  addIdentity(program, context);
  addVault(program, context);
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
/** Whom to believe, beside whom the home knows; asked of every command that verifies. */
function believing(command: Command): Command {
  return command
    .option('--key <file>', 'believe this public key (PEM) instead; may be repeated', collected, [])
    .option('--from <identity>', 'whose --key it is')
    .option('--issuer <url>', 'believe public signatures too: who has to vouch for whoever signs')
    .option(
      '--identity <name>',
      'whom a certificate has to name (default: the sender, exactly); goes with --from',
    )
    .option('--trusted-root <file>', 'Sigstore trusted root for that (default: that of the home’s settings)');
}
const jsonOption = () => new Option('--json', 'print one JSON object and nothing else').default(false);

function addSend(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('send a file')
    .argument('<file>')
    .addOption(repoOption())
    .requiredOption('--recipient <identity>', 'who it is for')
    .option('--sender <identity>', 'who it is from, and signs it (default: the home’s only identity)')
    .option('--session <uuid>', 'groups messages; a new one when left out')
    .option('--chunk-bytes <bytes>', 'bytes of a chunk before compression', chunkBytes, limits.chunkBytes)
    .option('--parallel <chunks>', 'chunks in flight', positiveInteger, limits.chunksAtOnce)
    .addOption(new Option('--compress <method>').choices(['zstd', 'gzip']).default('zstd'))
    .option('--ttl-seconds <seconds>', 'how long it lives', positiveInteger, limits.timeToLiveSeconds)
    .option('--sign', 'sign it with the key of --account or --sender', true)
    .option('--no-sign', 'do not sign it: the other side is told that nobody proved it')
    .option(
      '--identity <name>',
      'sign publicly as this person or job (Sigstore): it stays in a public log for ever',
    )
    .option('--signing-config <file>', 'Sigstore signing configuration, for --identity with another instance')
    .addOption(plainHttpOption())
    .addOption(new Option('--account <id>', 'sign as this account of the home, and use its login'))
    .addOption(jsonOption())
    .action(async (file: string, options: SendOptions) => send(context, file, options));
}

function addRecv(program: Command, context: CliContext, onExitCode: (code: ExitCode) => void): void {
  believing(program.command('recv'))
    .description('save what is in an inbox, as far as it is proven to be by its senders')
    .addOption(repoOption())
    .requiredOption('--me <identity>', 'whose inbox')
    .requiredOption('--out <folder>', 'where to save')
    .option('--since <time>', 'only messages written at or after this time (RFC 3339)', rfc3339)
    .option('--max <count>', 'at most this many', positiveInteger)
    .option('--all', 'also what was delivered before', false)
    .option('--include-expired', 'also what has outlived its time', false)
    .option(
      '--verify',
      'save only what its sender signed: by a known key, or one seen for the first time',
      true,
    )
    .option('--no-verify', 'save also what nobody proved')
    .option('--write-receipt', 'answer with a receipt once it is saved', true)
    .option('--no-write-receipt', 'write no receipt')
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: RecvOptions) => onExitCode(await recv(context, options)));
}

function addList(program: Command, context: CliContext, onExitCode: (code: ExitCode) => void): void {
  believing(program.command('list'))
    .description('show what lies in a repository')
    .addOption(repoOption())
    .option('--me <identity>', 'only this inbox')
    .option('--receipts', 'receipts too, and whether they are confirmed', false)
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: ListOptions) => onExitCode(await list(context, options)));
}

function addVerify(program: Command, context: CliContext, onExitCode: (code: ExitCode) => void): void {
  believing(program.command('verify'))
    .description('say who signed a message')
    .addOption(repoOption())
    .requiredOption('--digest <digest>', 'of the message manifest')
    .addOption(
      new Option('--bundle <where>', 'where the signature is looked for')
        .choices(['auto', 'referrers', 'tag'])
        .default('auto'),
    )
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: VerifyOptions) => onExitCode(await verify(context, options)));
}

function addAck(program: Command, context: CliContext): void {
  believing(program.command('ack'))
    .description('answer a message with a receipt')
    .addOption(repoOption())
    .requiredOption('--for <digest>', 'of the message manifest')
    .addOption(new Option('--status <status>').choices(['accepted', 'rejected']).default('accepted'))
    .option('--verified', 'verify the signature first, and say so', false)
    .option('--reason <text>', 'why it was rejected')
    .addOption(plainHttpOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async (options: AckOptions) => ack(context, options));
}

function addIdentity(program: Command, context: CliContext): void {
  const identity = program.command('identity').description('the identities of this home and their keys');
  identity
    .command('create')
    .description('make an identity with a key to sign with')
    .argument('<identity>')
    .addOption(new Option('--repo <repository>', 'its mailbox: host[:port]/path').makeOptionMandatory())
    .addOption(jsonOption())
    .action(async (name: string, options: IdentityCreateOptions) => createIdentity(context, name, options));
  identity
    .command('show')
    .description('show keys: fingerprints, or the public key for others')
    .argument('[identity]')
    .option('--pem', 'print the public key, for --key of others', false)
    .addOption(jsonOption())
    .action(async (name: string | undefined, options: IdentityShowOptions) =>
      showIdentity(context, name, options),
    );
  identity
    .command('export')
    .description('make one more device of an identity: a file that another home takes in')
    .argument('<identity>')
    .requiredOption('--out <file>', 'the file to make')
    .option('--passphrase-file <file>', 'take the passphrase that seals it from the first line of this file')
    .action(async (name: string, options: IdentityExportOptions) => exportIdentity(context, name, options));
  identity
    .command('import')
    .description('become the device that a file is for')
    .argument('<file>')
    .option('--passphrase-file <file>', 'take its passphrase from the first line of this file')
    .addOption(jsonOption())
    .action(async (file: string, options: IdentityImportOptions) => importIdentity(context, file, options));
  identity
    .command('begin-anew')
    .description('go on with a new key where the home has lost its own: whoever knew the old one is warned')
    .argument('<identity>')
    .action(async (name: string) => beginAnew(context, name));
  identity.addHelpText(
    'after',
    '\nThe passphrase of such a file is asked, or taken from DOCKERCOMMS_DEVICE_PASSPHRASE.',
  );
}

function addVault(program: Command, context: CliContext): void {
  const vault = program
    .command('vault')
    .description('what opens the secrets of this home: its keys and logins')
    .addHelpText(
      'after',
      '\nWhere nothing else opens them, the passphrase is asked, or taken from DOCKERCOMMS_PASSPHRASE or the file in DOCKERCOMMS_PASSPHRASE_FILE.',
    );
  vault
    .command('show')
    .description('show what opens them here and now')
    .addOption(jsonOption())
    .action(async (options: VaultShowOptions) => showVault(context, options));
  vault
    .command('passphrase')
    .description('set a passphrase, or another one: asked, or from DOCKERCOMMS_NEW_PASSPHRASE')
    .option('--file <file>', 'take it from the first line of this file')
    .action(async (options: VaultPassphraseOptions) => setPassphrase(context, options));
  vault
    .command('remove')
    .description('let something open them no longer, such as “key-file”; another one has to work')
    .argument('<slot>')
    .action(async (slot: string) => removeSlot(context, slot));
  vault
    .command('restore')
    .description('let something open them again that was removed')
    .argument('<slot>')
    .action(async (slot: string) => restoreSlot(context, slot));
  vault
    .command('begin-anew')
    .description('begin with new secrets where nothing opens these: they are put aside, never deleted')
    .action(async () => beginVaultAnew(context));
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
