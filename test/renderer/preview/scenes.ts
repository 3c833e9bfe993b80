/** What the scripted engine knows at the start: realistic, and with everything that is hard to draw. */
import type { AccountView } from '../../../preload/contract/accounts.ts';
import type { LockView } from '../../../preload/contract/app.ts';
import type { ConversationView } from '../../../preload/contract/conversations.ts';
import type { IdentityView } from '../../../preload/contract/identity.ts';
import type { MessageView } from '../../../preload/contract/messages.ts';
import type { PersonChange, PersonTrust, PersonView } from '../../../preload/contract/people.ts';
import { file, text } from './messages.ts';

export interface Talk {
  readonly id: string;
  readonly person: PersonView;
  readonly messages: MessageView[];
  readonly unread: number;
  readonly muted?: boolean;
  readonly mutedUntil?: number | null;
  readonly draft?: string;
  readonly standing?: ConversationView['standing'];
}

export interface Scene {
  readonly firstRun: boolean;
  readonly engineReachable: boolean;
  readonly accounts: AccountView[];
  readonly talks: Talk[];
  /** What is wrong with the own keys, while they are here. */
  readonly alarm?: IdentityView['alarm'];
  /** The vault no longer has the own key. */
  readonly keyLost?: boolean;
  /** The home opens with its passphrase only. */
  readonly lock?: LockView;
}

export const me = 'alice@example.com';
const minute = 60_000;
const day = 24 * 60 * minute;
const now = Date.now();
const ago = (minutes: number) => now - minutes * minute;

const firstUse: PersonTrust = {
  state: 'first-use',
  since: ago(60 * 24 * 40),
  change: null,
  ignored: 0,
  expired: false,
  untimely: null,
  certification: { by: [], others: [], problem: null },
};
const certifiedBob = {
  subject: 'bob@example.com',
  issuer: 'https://accounts.example.com',
  since: ago(60 * 24 * 9),
};
const stranger = {
  subject: 'p.novak@mail.example.net',
  issuer: 'https://github.com/login/oauth',
  since: ago(18),
};
const verified: PersonTrust = { ...firstUse, state: 'verified' };
export const unknown: PersonTrust = { ...firstUse, state: 'unknown', since: null };

const changed = (
  kind: PersonChange['kind'],
  trust: PersonTrust,
  reason: PersonChange['reason'] = null,
): PersonTrust => ({
  ...trust,
  change: { kind, reason, at: ago(18), blocking: kind !== 'new-device' },
});

const person = (
  id: string,
  identity: string,
  name: string | null = null,
  trust: PersonTrust = firstUse,
): PersonView => ({ id, identity, name, mailbox: null, proposedMailbox: null, trust });

const account: AccountView = {
  id: 'account-1',
  identity: me,
  repository: 'registry.example.com/team/messages',
  kind: 'registry',
  login: { kind: 'password', username: 'alice' },
  addresses: ['registry.example.com/team/messages'],
  acceptedCertificate: null,
  waitingRequests: 0,
  newDevices: 0,
  keyAlarm: null,
  connection: { state: 'online', syncedAt: now - minute },
  unencrypted: false,
};

const bob = 'bob@example.com';

function bobsMessages(): MessageView[] {
  const batch = (index: number) => ({ id: 'batch-1', index, count: 4 });
  return [
    text('Morning! The new scanner build is on the registry.', { from: bob, at: ago(26 * 60) }),
    text('Can you send me the calibration tables before the site visit?', {
      from: bob,
      at: ago(26 * 60 - 1),
    }),
    text('Sure. They are from Tuesday, still the right ones for the north hall.', {
      from: me,
      own: true,
      at: ago(26 * 60 - 8),
    }),
    file('calibration-tables-north-hall.csv', {
      from: me,
      own: true,
      at: ago(26 * 60 - 9),
      bytes: 48_200,
      mediaType: 'text/csv',
    }),
    text('Got them, thank you.', {
      from: bob,
      at: ago(25 * 60),
      inReplyTo: {
        messageId: 'calibration',
        direction: 'outgoing',
        kind: 'file',
        excerpt: 'calibration-tables-north-hall.csv',
      },
    }),
    text('Here is what the hall looks like now, with the report and the raw frames.', {
      from: bob,
      at: ago(64),
      batch: batch(0),
    }),
    file('north-hall.png', {
      from: bob,
      at: ago(64),
      bytes: 2_412_000,
      mediaType: 'image/png',
      preview: 'image',
      batch: batch(1),
    }),
    file('Inspection report north hall, second revision (signed by the site manager) 2026-11-22.pdf', {
      from: bob,
      at: ago(64),
      bytes: 1_840_311,
      mediaType: 'application/pdf',
      batch: batch(2),
    }),
    file('raw-frames.tar', {
      from: bob,
      at: ago(64),
      bytes: 3_221_225_472,
      mediaType: 'application/x-tar',
      folder: true,
      state: 'waiting',
      batch: batch(3),
    }),
    text('That is much better than I expected.', {
      from: me,
      own: true,
      at: ago(41),
      inReplyTo: 'not-here',
    }),
    text(
      'The west wall still drifts by a few tenths. I have put the corrected model together, it is coming now.',
      {
        from: me,
        own: true,
        at: ago(40),
      },
    ),
    file('west-wall-corrected.model.zst', {
      from: me,
      own: true,
      at: ago(2),
      bytes: 734_003_200,
      mediaType: 'application/zstd',
      state: 'uploading',
      progress: {
        phase: 'uploading',
        bytesDone: 291_500_000,
        bytesTotal: 734_003_200,
        bytesPerSecond: 18_400_000,
        secondsLeft: 24,
      },
    }),
  ];
}

function carolsMessages(): MessageView[] {
  const carol = 'carol.ferreira@field.example.org';
  return [
    text('Are you on the night shift this week?', { from: carol, at: ago(3 * 60) }),
    text('Until Thursday. Why?', { from: me, own: true, at: ago(170) }),
    file('pump-7-vibration.log', {
      from: carol,
      at: ago(150),
      bytes: 18_744,
      mediaType: 'text/plain',
      preview: 'text',
    }),
    text('Have a look at minute 42.', { from: carol, at: ago(149) }),
    file('pump-7-all-sensors.tar', {
      from: carol,
      at: ago(147),
      bytes: 41_200_000_000,
      mediaType: 'application/x-tar',
      folder: true,
      state: 'paused',
      keptBytes: 12_300_000_000,
    }),
    file('pump-7-overhaul-plan.docx', {
      from: me,
      own: true,
      at: ago(30),
      bytes: 412_000,
      state: 'failed',
      failure: 'The registry did not answer in time. Check the connection and try again.',
    }),
    text('Sending the plan as well, one moment.', { from: me, own: true, at: ago(29), state: 'queued' }),
  ];
}

/** Two thousand messages of every length, over weeks. */
function history(author: string, count: number): MessageView[] {
  const lines = [
    'Built.',
    'Deployed to the staging registry, digest is the one in the ticket.',
    'Nightly build finished: 412 tests passed, none failed. Artifacts are kept for thirty days and then removed, so please fetch what you need before the end of the month.',
    'Queue is empty.',
    'Image size went down by 12 MB after removing the unused layers.',
  ];
  return Array.from({ length: count }, (_, index) => {
    const own = index % 7 === 3;
    const words = `#${index + 1} ${lines[index % lines.length] ?? ''}`;
    return text(words, { from: own ? me : author, own, at: now - (count - index) * 22 * minute });
  });
}

function talks(): Talk[] {
  return [
    {
      id: 'talk-bob',
      person: person('person-bob', bob, 'Bob Lindqvist'),
      messages: bobsMessages(),
      unread: 0,
    },
    {
      id: 'talk-carol',
      person: person('person-carol', 'carol.ferreira@field.example.org', 'Carol Ferreira'),
      messages: carolsMessages(),
      unread: 2,
    },
    {
      id: 'talk-ci',
      person: person('person-ci', 'ci@build.example.com'),
      messages: history('ci@build.example.com', 2000),
      unread: 128,
      muted: true,
    },
    {
      id: 'talk-dana',
      person: person('person-dana', 'dana@example.com', 'Dana Okafor'),
      messages: [text('See you in Lisbon then!', { from: 'dana@example.com', at: now - 1.2 * day })],
      unread: 0,
      draft: 'Before I forget, the',
    },
    {
      id: 'talk-long',
      person: person(
        'person-long',
        'the-very-long-identity-of-a-build-farm-in-the-basement@machines.example.com',
      ),
      messages: [
        file('an-archive-with-a-name-that-nobody-would-type-by-hand-2026-11-19.tar.zst', {
          from: 'the-very-long-identity-of-a-build-farm-in-the-basement@machines.example.com',
          at: now - 4 * day,
          bytes: 91_000_000,
          state: 'refused',
          failure:
            'The bytes do not match their digest, so nothing was kept. Ask the sender to send it again.',
        }),
      ],
      unread: 0,
    },
    {
      id: 'talk-new',
      person: person('person-new', 'erik@example.com', 'Erik Sørensen'),
      messages: [],
      unread: 0,
    },
    ...['fatima@example.com', 'gustavo@example.com', 'hanna@example.com', 'ivan@example.com'].map(
      (identity, index): Talk => ({
        id: `talk-${identity}`,
        person: person(`person-${identity}`, identity),
        messages: [text('Thanks!', { from: identity, at: now - (9 + index * 40) * day })],
        unread: 0,
      }),
    ),
  ];
}

/** What came of keys, and of their absence. */
function trustTalks(): Talk[] {
  const [kim, lena, mallory, noor] = [
    'kim@example.com',
    'lena@example.com',
    'mallory@example.net',
    'noor@example.com',
  ];
  const invoice = {
    from: bob,
    at: ago(12),
    bytes: 482_000,
    mediaType: 'application/pdf',
    state: 'unverified',
    trust: 'foreign',
    trustReason: 'unknown-key',
  } as const;
  return [
    {
      id: 'talk-bob',
      person: person('person-bob', bob, 'Bob Lindqvist', {
        ...verified,
        certification: { by: [certifiedBob], others: [], problem: null },
      }),
      messages: [
        text('The corrected drawings are up.', { from: bob, at: ago(40) }),
        text('', { from: bob, at: ago(30), state: 'unverified', trust: 'unsigned' }),
        file('Invoice 2026-117 (new bank details).pdf', invoice),
        file('drawing-7.dwg', {
          ...{ from: bob, at: ago(9), bytes: 18_000, state: 'unverified' },
          ...{ trust: 'bad', trustReason: 'to-another-key' },
        }),
        text('This one was shown all the same.', { from: bob, at: ago(8), trust: 'unsigned' }),
        text('Did you get the drawings?', { from: bob, at: ago(3) }),
      ],
      unread: 1,
    },
    {
      id: 'talk-kim',
      person: person('person-kim', kim, 'Kim Aalto', changed('key-change', verified)),
      messages: [
        text('Can you look at the pump?', { from: kim, at: ago(70) }),
        text('On my way.', {
          ...{ from: me, own: true, at: ago(10), state: 'failed', code: 'untrusted' },
          failure: 'The keys of Kim Aalto changed. Look at that before anything is sent to them.',
        }),
      ],
      unread: 0,
    },
    {
      id: 'talk-lena',
      person: person(
        'person-lena',
        lena,
        'Lena Brandt',
        changed('alarm', firstUse, 'not-signed-by-pinned-key'),
      ),
      messages: [text('Good night.', { from: lena, at: ago(600) })],
      unread: 0,
    },
    {
      id: 'talk-pavel',
      person: person('person-pavel', 'pavel@example.com', 'Pavel Novák', {
        ...changed('alarm', firstUse, 'other-certifier'),
        certification: {
          by: [{ ...certifiedBob, subject: 'pavel@example.com' }],
          others: [stranger],
          problem: null,
        },
      }),
      messages: [text('I am at the office until six.', { from: 'pavel@example.com', at: ago(700) })],
      unread: 0,
    },
    {
      id: 'talk-noor',
      person: person('person-noor', noor, 'Noor Haddad', changed('new-device', firstUse)),
      messages: [text('Writing from the new laptop.', { from: noor, at: ago(15) })],
      unread: 0,
    },
    {
      id: 'talk-otto',
      person: person('person-otto', 'otto@example.com', 'Otto Weiss', {
        ...firstUse,
        expired: true,
        certification: { by: [], others: [], problem: 'unproven' },
      }),
      messages: [text('Back in January.', { from: 'otto@example.com', at: now - 41 * day })],
      unread: 0,
    },
    {
      id: 'talk-paul',
      person: person('person-paul', 'paul@example.com', 'Paul Lindqvist', {
        ...firstUse,
        ...{ state: 'unknown', since: null, untimely: 'not-yet' },
      }),
      messages: [
        text('', {
          ...{ from: 'paul@example.com', at: ago(20), state: 'unverified', trust: 'foreign' },
          trustReason: 'keys-not-yet',
        }),
      ],
      unread: 0,
    },
    {
      id: 'talk-mallory',
      person: person('person-mallory', mallory, null, firstUse),
      messages: [
        text('Hello, I found your address in the registry. Can we talk?', { from: mallory, at: ago(25) }),
      ],
      unread: 1,
      standing: 'request',
    },
    {
      id: 'talk-pipeline',
      person: person('person-pipeline', 'pipeline@build.example.com', null, unknown),
      messages: [
        file('nightly.log', {
          ...{ from: 'pipeline@build.example.com', at: ago(55), bytes: 88_000 },
          ...{ state: 'unverified', trust: 'unsigned' },
        }),
      ],
      unread: 0,
      standing: 'request',
    },
    {
      id: 'talk-spam',
      person: person('person-spam', 'offers@example.org', null, unknown),
      messages: [text('Only today!', { from: 'offers@example.org', at: now - 3 * day })],
      unread: 0,
      standing: 'blocked',
    },
  ];
}

const offline: AccountView = {
  ...account,
  connection: {
    state: 'offline',
    error: { code: 'network', message: 'Nothing answers at this address.', detail: {} },
    retryAt: now + 2 * minute,
  },
};

const trouble: AccountView = {
  ...account,
  connection: {
    state: 'trouble',
    error: { code: 'auth', message: 'The registry did not accept the saved login.', detail: {} },
    retryAt: null,
  },
};

const usual = { theme: 'system', contrast: 'normal' } as const;

const scenes: Readonly<Record<string, () => Scene>> = {
  'first-run': () => ({ firstRun: true, engineReachable: true, accounts: [], talks: [] }),
  empty: () => ({ firstRun: false, engineReachable: true, accounts: [account], talks: [] }),
  talk: () => ({ firstRun: false, engineReachable: true, accounts: [account], talks: talks() }),
  trust: () => ({ firstRun: false, engineReachable: true, accounts: [account], talks: trustTalks() }),
  offline: () => ({ firstRun: false, engineReachable: true, accounts: [offline], talks: talks() }),
  trouble: () => ({ firstRun: false, engineReachable: true, accounts: [trouble], talks: talks() }),
  'key-lost': () => ({
    ...{ firstRun: false, engineReachable: true, accounts: [account], talks: talks() },
    keyLost: true,
  }),
  'device-removed': () => ({
    ...{ firstRun: false, engineReachable: true, accounts: [account], talks: talks() },
    alarm: 'device-removed',
  }),
  'other-profile': () => ({
    ...{ firstRun: false, engineReachable: true, accounts: [account], talks: talks() },
    alarm: 'other-profile',
  }),
  locked: () => ({
    ...{ firstRun: false, engineReachable: true, accounts: [account], talks: talks() },
    lock: { reason: 'passphrase-needed', message: '', nextTryAt: null, appearance: usual },
  }),
  damaged: () => ({
    ...{ firstRun: false, engineReachable: true, accounts: [account], talks: talks() },
    lock: {
      reason: 'vault-damaged',
      message:
        'The vault file /home/alice/.local/share/dockercomms/vault.json is damaged or was changed. It was left as it is: restore it from a backup.',
      ...{ nextTryAt: null, appearance: usual },
    },
  }),
  lost: () => ({ firstRun: false, engineReachable: false, accounts: [account], talks: talks() }),
};

export function sceneOf(name: string): Scene {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`There is no scene ${name}`);
  return scene();
}
