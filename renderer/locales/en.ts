/**
 * Every word of the window, in English. Plain values and functions: a missing one is a type error. Sentences of
 * failures come from the engine (`ErrorView.message`); what is here is what the window itself has to say.
 */
import type { AlarmReason, OwnKeyReason, TrustReason } from '../../main/base/reasons.ts';
import type { LearntName } from '../../preload/contract/connection.ts';
import type { CheckOutcome, ConnectionCheckName } from '../../preload/contract/connection-checks.ts';
import type { AccountLogin, ToolLogin } from '../../preload/contract/login.ts';
import type { MessageState, MessageTrust } from '../../preload/contract/messages.ts';
import type { CertificationView, PersonChange, PersonTrust } from '../../preload/contract/people.ts';
import type { QuietLength } from '../../preload/contract/quiet-lengths.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { SigstoreSettings } from '../../preload/contract/sigstore.ts';
import type {
  UpdatesFrom,
  UpdateInstalledBy,
  UpdateStep,
  UpdatesView,
} from '../../preload/contract/updates.ts';
import type { KeySlotView } from '../../preload/contract/vault.ts';
import type { PassphraseJudgement } from '../state/judge-passphrase.ts';
import type { FileAction, SharedAction } from '../conversation/file-actions.ts';
import type { ToldChange } from '../conversation/trust-mark.ts';
import type { WayOut } from '../state/way-out.ts';
import { createFormatter, preferredEnglish } from './format.ts';

export const format = createFormatter(
  preferredEnglish(typeof navigator === 'undefined' ? [] : navigator.languages),
);

/** `1 file`, `3 files`. */
function count(value: number, one: string, many: string): string {
  return `${format.number(value)} ${value === 1 ? one : many}`;
}

const toolNames: Readonly<Record<ToolLogin['tool'], string>> = {
  docker: 'Docker',
  podman: 'Podman',
  other: 'your container tools',
};

/** As Unicode writes it, such as `U+0061`. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

export const words = {
  product: 'DockerComms',
  windowTitle: (unread: number) => (unread === 0 ? 'DockerComms' : `(${format.number(unread)}) DockerComms`),

  common: {
    retry: 'Try again',
    cancel: 'Cancel',
    close: 'Close',
    back: 'Back',
    save: 'Save',
    copy: 'Copy',
    copied: 'Copied',
    loading: 'Loading…',
    unread: (value: number) => count(value, 'unread message', 'unread messages'),
  },

  start: {
    loading: 'Opening DockerComms…',
    failedTitle: 'DockerComms could not start',
    failedText: 'The window is here, but the messenger behind it does not answer.',
  },

  unlock: {
    title: 'DockerComms is locked',
    text: 'Type the passphrase that opens your keys and logins.',
    passphrase: 'Passphrase',
    unlock: 'Unlock',
    wrong: 'This is not the passphrase. Look at Caps Lock and the keyboard layout, and type it again.',
    wrongBefore: 'The passphrase that was given last is not the right one.',
    wait: (seconds: number) => `Try again in ${format.number(seconds)} s`,
    waiting:
      'After several wrong ones there is a short wait before the next. Nothing is ever locked for good.',
    lost: {
      label: 'I do not have the passphrase any more',
      text: 'Nobody can restore it for you: it is kept nowhere, and neither the registry nor whoever made DockerComms can open your keys without it. Before you give it up:',
      tips: [
        'Look in your password manager, and try older passphrases of yours.',
        'If your system’s keyring used to open DockerComms, unlock it, and try without the passphrase.',
        'A backup from before the key file was removed opens by itself: put “vault.json” and “vault.key” of the same day back together.',
      ],
    },
    withoutPassphrase: 'Try without the passphrase',
    brokenTitle: 'Your keys and logins do not open',
    brokenText: 'Your history is here. What signs for you, and your logins, cannot be read.',
    broken: {
      label: 'What can I do?',
      text: 'Nobody can restore them for you: they are on this computer only. Before you give them up:',
      tips: [
        'If your system’s keyring used to open DockerComms, unlock it, and try again.',
        'If you have a backup, put “vault.json” and “vault.key” of the same day back together, and try again.',
      ],
    },
    anew: 'If nothing helps, you can go on without them. Your accounts and your history stay.',
    begin: 'Begin with new keys…',
    beginTitle: 'Give up your keys and logins?',
    beginText:
      'You enter your logins again, and your network’s if it has some, and begin with a new key for each account. Everybody who knows you is warned that your key changed, and sends you nothing until they have looked. The old keys are put aside in the folder of DockerComms and not deleted; if the passphrase turns up, they are of no more use once there are new ones.',
    beginConfirm: 'Begin with new keys',
    begun: 'Enter your logins, and begin with a new key for each account.',
  },

  firstRun: {
    title: 'Welcome to DockerComms',
    text: 'A messenger whose only server is a container registry you already have. Nothing else to install, open or pay for.',
    question: 'Where should your messages live?',
    thisComputer: 'This computer',
    thisComputerText:
      'Try it right here. DockerComms keeps a small registry on this machine. People on other machines cannot reach you, unless you let those on your network.',
    registry: 'Connect a registry',
    registryText:
      'Use a repository that you and your people can push to. Works with any OCI registry: your company’s, GHCR, Harbor, ECR…',
    identity: 'Your identity',
    identityHint: 'How others write to you. An email address works well. It cannot be changed later.',
    identityPlaceholder: 'alice@example.com',
    startHere: 'Start on this computer',
    onlyHereTitle: 'Only on this computer',
    onlyHere:
      'People on other machines cannot be reached this way. In Settings you can let people on your network in, or connect a registry, at any time.',
    later: 'You can add more accounts later in Settings.',
  },

  connect: {
    title: 'Connect a registry',
    text: 'Paste the repository that you and the people you write to share.',
    repository: 'Repository',
    repositoryPlaceholder: 'registry.example.com/team/messages',
    repositoryHint: 'Host and path, as you would give them to docker pull. Or paste an invitation.',
    toolRegistries: 'Or begin with one that Docker or Podman is logged in to:',
    toolRegistryFrom: (source: string) => `Found in ${source}`,
    understood: (host: string, path: string) => `Repository ${path} on ${host}`,
    server: (server: string) => `Served by ${server}`,
    encrypted: 'The connection is encrypted (TLS).',
    plainHttp: 'This address is on this computer: nothing is encrypted and nothing leaves the machine.',
    unencrypted: 'Nothing is encrypted on the way to this address.',
    advice: (registry: string) => `About ${registry}`,
    registrySays: 'The registry says',
    test: 'Test connection',
    testing: 'Testing…',
    testAgain: 'Test again',
    connect: 'Connect',
    connecting: 'Connecting…',
    connectAnyway: 'Go on without a connection',
    checks: {
      reach: 'Reach the registry',
      encryption: 'Encryption',
      login: 'Log in',
      pull: 'Read messages',
      push: 'Upload',
      artifacts: 'Write messages',
      'empty-layers': 'Write receipts',
      tags: 'Move tags',
      referrers: 'Find what belongs together',
      delete: 'Remove what has expired',
      limits: 'Limits',
    } satisfies Record<ConnectionCheckName, string>,
    outcomes: {
      passed: 'Passed',
      limited: 'With a limit',
      failed: 'Failed',
      skipped: 'Not tried',
      unknown: 'Unknown',
    } satisfies Record<CheckOutcome, string>,
    usable: 'This repository is ready to use.',
    notUsable: 'This repository cannot be used yet.',
    copyReport: 'Copy report',
    report: 'Connection test',
  },

  login: {
    title: 'Login',
    useTool: (tool: ToolLogin['tool'], username: string | null) =>
      `Use the login from ${toolNames[tool]}${username === null ? '' : ` (${username})`}`,
    toolHint: (source: string) =>
      `Found in ${source}. It is asked for each time and never copied, so a renewed login just works.`,
    toolGone: 'There is none for this registry right now. Log in with docker login, or choose another way.',
    looking: 'Looking for a login of Docker or Podman…',
    password: (another: boolean) => (another ? 'Another login' : 'A user name and a password or token'),
    none: 'No login',
    noneHint: 'For registries that let everybody in.',
    username: 'User name',
    secret: 'Password or access token',
    secretHint: 'Kept sealed on this computer. It is never shown again.',
  },

  connectivity: {
    title: 'Connectivity',
    lookedAt: 'Last look',
    nextLook: 'Next look',
    testedAt: 'Last test',
    learnt: 'What using it has shown',
    works: (time: string) => `Yes, seen ${time}`,
    worksNot: (time: string) => `No, seen ${time}`,
    learntNames: {
      last: 'Lists only what is new',
      paging: 'Lists in pages',
      referrers: 'Finds what belongs together',
      'single-post': 'Uploads in one step',
      'chunked-upload': 'Uploads in pieces',
      mount: 'Takes content over from other repositories',
      'delete-manifest': 'Removes messages',
      'delete-tag': 'Removes tags',
      'delete-blob': 'Removes content',
      'empty-layers': 'Takes content without parts',
      'artifact-types': 'Takes messages',
      'tag-overwrite': 'Moves tags',
    } satisfies Record<LearntName, string>,
    notYet: 'Not yet',
    now: 'Now',
    never: 'Never',
  },

  certificate: {
    title: 'Is this the right certificate?',
    text: 'No authority vouches for this registry. Ask its owner for the fingerprint, over the phone or in person, and compare every group. Once accepted, this registry is trusted by exactly this certificate and nothing else.',
    fingerprint: 'Fingerprint (SHA-256)',
    expires: 'Expires',
    accept: 'The fingerprints are the same',
    invited: {
      title: 'The certificate of your invitation',
      text: 'No authority vouches for this registry, but your invitation names exactly this certificate. Once accepted, this registry is trusted by it and nothing else.',
      accept: 'Accept it',
    },
    notInvited: {
      title: 'Not the certificate of your invitation',
      text: 'Your invitation names another certificate than this registry shows. Somebody may stand between you and it, or it was renewed since. Ask for a new invitation.',
      accept: null,
    },
    accepted: 'Trusted by its certificate alone, the one you accepted:',
    forget: 'Stop trusting it…',
    forgetTitle: (host: string) => `Stop trusting the certificate of ${host}?`,
    forgetText:
      'Messages stop until you test the connection again and compare the fingerprint it shows then. Do this when its owner told you that the certificate was renewed.',
    forgetConfirm: 'Stop trusting it',
  },

  localNetwork: {
    title: 'Let people on your network reach you',
    hint: 'Other computers can then exchange messages with you here, with a password from you. Off: nobody but this computer.',
    address: 'Address',
    otherAddress: 'Another address',
    certificateUntil: 'This certificate is good until',
    used: 'On this disk',
    noNetwork: 'This computer is on no network right now. The address appears here when it is.',
    people: 'People with a password',
    nobody: 'Nobody yet. Add a name to make a password.',
    invitedAt: (moment: string) => `Since ${moment}`,
    name: 'Add somebody',
    nameHint: 'The user name they log in with: letters, digits and . _ @ + -',
    namePlaceholder: 'bob',
    invite: 'Make a password',
    password: 'Password',
    handOverTitle: (name: string) => `Hand this to ${name}.`,
    handOver:
      'The password is shown only now. Give the fingerprint another way than the rest, so that nobody in between can change both.',
    copyAll: 'Copy all',
    handedOver: 'Done, hide the password',
    revoke: 'Revoke',
    revokeName: (name: string) => `Revoke the password of ${name}`,
    revokeTitle: (name: string) => `Revoke the password of ${name}?`,
    revokeText: 'They can no longer read or write here. What they have fetched stays with them.',
    revokeConfirm: 'Revoke password',
    quota: 'Space for messages of others',
    quotaHint: 'When the registry on this disk is larger than this, people’s uploads are refused.',
    unlimited: 'No limit but the disk',
    meaning: [
      'They can read and write every message in this mailbox, also those between others. Only you can delete.',
      'While this computer sleeps or DockerComms is closed, nobody reaches the mailbox.',
      'If they cannot connect, allow DockerComms through the firewall of this computer, for private networks only.',
      'Your address may change when you join another network. Then give people the new one.',
    ],
  },

  list: {
    label: 'Conversations',
    new: 'New conversation',
    settings: 'Settings',
    search: 'Search',
    searchLabel: 'Search people, messages and actions',
    emptyTitle: 'No conversations yet',
    emptyText: 'Write to someone by their identity, the name they gave DockerComms.',
    draft: 'Draft:',
    you: 'You:',
    nothingYet: 'No messages yet',
    markRead: 'Mark as read',
    copyLink: 'Copy link',
    muted: 'Muted',
    resize: 'Width of the conversation list',
    account: (identity: string) => `Account ${identity}`,
    dropHere: (files: number, name: string) =>
      `Send ${files === 0 ? 'files' : count(files, 'file', 'files')} to ${name}`,
  },

  connection: {
    connecting: 'Connecting…',
    online: 'Connected',
    offline: 'Offline',
    trouble: 'Needs attention',
    paused: 'Paused',
    offlineBanner: (host: string, byProxy: boolean) =>
      byProxy ? `Cannot reach ${host} through the proxy.` : `Cannot reach ${host}.`,
    kept: 'What you write is kept and sent as soon as it is back.',
    troubleBanner: (host: string, byProxy: boolean) =>
      byProxy
        ? `Cannot reach ${host} through the proxy.`
        : `${host} answers, but messages cannot be exchanged.`,
    nextTry: (time: string) => `Next try at ${time}.`,
    tryNow: 'Try now',
    engineLost: 'DockerComms stopped, or the connection to it was cut.',
    engineLostText: 'Your messages are safe on the disk. This window reconnects by itself.',
  },

  quiet: {
    lengths: {
      hour: 'For 1 hour',
      'eight-hours': 'For 8 hours',
      'until-tomorrow': 'Until tomorrow',
      'for-ever': 'Until I turn them on again',
    } satisfies Record<QuietLength | 'for-ever', string>,
    mute: 'Mute',
    unmute: 'Unmute',
    muteFor: 'Mute notifications',
    muteHere: 'Mute this conversation',
    mutedHere: (until: string | null) => (until === null ? 'Muted' : `Muted until ${until}`),
    muteAll: 'Mute all notifications',
    muteHint: 'For a while. It ends by itself, and the window says so until then.',
    muted: (until: string) => `Notifications are muted until ${until}.`,
    pause: 'Pause',
    goOn: 'Go on',
    pauseSync: 'Pause syncing',
    pauseHint: 'Nothing is fetched, and nothing begins to be sent. It ends by itself.',
    paused: (until: string) => `Syncing is paused until ${until}.`,
    kept: 'What you write is kept and sent then.',
  },

  wayOut: {
    accounts: 'Open account settings',
    connectivity: 'Test the connection',
    network: 'Open network settings',
    downloads: 'Save somewhere else',
    signatures: 'Open “Public signatures”',
    'sign-in': 'Sign in',
    change: 'Look at what changed',
  } satisfies Record<WayOut, string>,

  conversation: {
    label: (name: string) => `Conversation with ${name}`,
    messages: (name: string) => `Messages with ${name}`,
    readyTitle: 'You are ready',
    /** Where the registry does not answer, or refuses. */
    setUpTitle: 'Your account is set up',
    readyText: (identity: string, repository: string) =>
      `People reach you as ${identity} in ${repository}. Give them both.`,
    readyHereText: (identity: string, repository: string) =>
      `On this computer, people and programs reach you as ${identity} in ${repository}. People on other machines cannot be reached this way.`,
    readyNearbyText: (identity: string, repository: string) =>
      `People on your network reach you as ${identity} in ${repository}. They also need a password from you: Settings, Accounts.`,
    copyBoth: 'Copy both',
    chooseTitle: 'Pick a conversation',
    chooseText: 'Choose someone on the left, or write to somebody new.',
    emptyTitle: (name: string) => `Say hello to ${name}`,
    emptyText: 'Write the first message, or drop a file here.',
    details: 'Details',
    newMessages: 'New messages',
    latest: 'Jump to the latest message',
    latestWithNew: (value: number) => `${count(value, 'new message', 'new messages')}, jump to the latest`,
    as: (identity: string) => `as ${identity}`,
  },

  trust: {
    explain: (name: string) => `What is known of ${name}`,
    marks: {
      unknown: 'Unknown',
      'first-use': 'Signed',
      verified: 'Verified',
    } satisfies Record<PersonTrust['state'], string>,
    changed: 'Keys changed',
    doubted: 'In doubt',
    expiredMark: 'Proof run out',
    titles: {
      unknown: (name: string) => `Unknown: no key of ${name} is known yet`,
      'first-use': (name: string) => `Signed: always the same key since ${name} was first seen`,
      verified: (name: string) => `Verified: this is the key that ${name} has`,
    } satisfies Record<PersonTrust['state'], (name: string) => string>,
    texts: {
      unknown: (name: string) =>
        `Until ${name} writes with a key of their own, nothing proves who is behind this name. Whatever arrives without proof is held back until you ask for it.`,
      'first-use': (name: string) =>
        `Every message that is shown without a mark was signed with the key that ${name} had at the beginning. Whether that first key was really theirs, you find out by comparing safety numbers once.`,
      verified: () =>
        'You compared safety numbers, or followed their invitation. Messages without a mark are signed with that key.',
    } satisfies Record<PersonTrust['state'], (name: string) => string>,
    since: (moment: string) => `Since ${moment}.`,
    ignored: (name: string, value: number) =>
      `Since you kept the old key, other keys were shown in ${name}’s name ${count(value, 'time', 'times')}. They are ignored. If ${name} did begin anew, it is asked again after a month.`,
    certification: {
      by: (subject: string, issuer: string) => `Confirmed by ${subject} (${issuer}).`,
      name: (subject: string, issuer: string) => `${subject} (${issuer})`,
      and: ' and ',
      problems: {
        unchecked: 'Somebody signed in to confirm a key of theirs. Who that was has not been checked.',
        unproven:
          'One of their keys comes with a certificate that cannot be confirmed here. It counts for nothing.',
      } satisfies Record<NonNullable<CertificationView['problem']>, string>,
    },
    untimely: {
      'not-yet': (name) =>
        `Keys in ${name}’s name are here, but dated in the future: the clock of ${name}’s computer, or of this one, is wrong. They count once their time has come. If the date here is right, ask ${name} to set theirs and to start DockerComms again.`,
      expired: (name) =>
        `Keys in ${name}’s name are here, but the proof that they are ${name}’s has run out, or the date on this computer is wrong. They count once ${name} starts DockerComms again.`,
    } satisfies Record<NonNullable<PersonTrust['untimely']>, (name: string) => string>,
    notPrivate: 'Signed is not secret: whoever can read the repository can read these messages and files.',
    expired: (name: string) =>
      `${name} has not renewed the proof of which keys are theirs. If one of their devices was lost, you would not know yet.`,

    message: {
      mark: {
        signed: 'Signed',
        unsigned: 'Unsigned',
        foreign: 'Unknown key',
        bad: 'Wrong signature',
      } satisfies Record<MessageTrust, string>,
      explain: (mark: string) => `${mark}. What does that mean?`,
      title: {
        signed: 'Signed by a key that is believed',
        unsigned: 'Unsigned: nobody proved who wrote this',
        foreign: 'Signed, but not with a key that is known to be theirs',
        bad: 'The signature is wrong',
      } satisfies Record<MessageTrust, string>,
      signed: 'The signature fits this message and the key of its author.',
      because: {
        unsigned: (name) =>
          `It says it is from ${name}, but carries no signature. Anyone who can write to this repository could have put it there.`,
        'unknown-key': (name) =>
          `Somebody signed it, with a key that ${name} never showed. It may be a new device of theirs that has not been announced, or somebody else.`,
        'keys-not-yet': (name) =>
          `It is signed, but the keys in ${name}’s name are dated in the future: the clock of ${name}’s computer, or of this one, is wrong. Once their time has come it is looked at again by itself.`,
        'keys-expired': (name) =>
          `It is signed, but the proof which keys are ${name}’s had run out before it was first seen here. Once ${name} renews it, by starting DockerComms again, it is looked at again by itself.`,
        'key-not-accepted': (name) =>
          `It is signed with a key of ${name}’s that was revoked or is in doubt. Whoever has that key now may not be ${name}.`,
        signature: (name) =>
          `It came with a signature that does not fit. It was changed on the way, or somebody tried to pass it off as ${name}’s.`,
        'other-subject': () => 'Its signature belongs to another message.',
        'malformed-bundle': () => 'What lies beside it as its signature cannot be read.',
        certificate: () => 'It is signed with a certificate that does not hold.',
        'no-trusted-root': (name) =>
          `It is signed with a certificate instead of a key, and nobody has confirmed yet who ${name} is to whom issued it. So it proves nothing.`,
        'certificate-not-accepted': (name) =>
          `It is signed with the certificate of somebody who is not known to be ${name}.`,
        'to-another-key': (name) =>
          `${name} did sign it, but for somebody else who uses your name. It may have been copied here to mislead you.`,
      } satisfies Record<TrustReason, (name: string) => string>,
      advice: 'Ask them another way before you act on it.',
    },

    unverified: {
      title: {
        signed: 'Not shown yet',
        unsigned: 'Not shown: unsigned',
        foreign: 'Not shown: signed with an unknown key',
        bad: 'Not shown: the signature is wrong',
      } satisfies Record<MessageTrust, string>,
      claims: 'It says that it holds:',
      text: 'A text message',
      file: (name: string, size: string) => `“${name}”, ${size}`,
      more: (value: number) => `and ${count(value, 'more', 'more')}`,
      by: (name: string) => `Unproven, in the name of ${name}`,
      show: 'Show anyway',
      remove: 'Remove',
      inList: { text: 'Unverified message', file: 'Unverified file' },
      released: 'Unproven:',
    },

    change: {
      label: 'What changed about their keys',
      compare: 'Compare safety numbers',
      accept: {
        'new-device': 'OK',
        'key-change': 'Accept the new key',
        alarm: 'Keep the old key',
        'other-certifier': 'It is somebody else: ignore it',
      } satisfies Record<ToldChange, string>,
      sameCertifier: 'It is the same person',
      beganAnew: 'They began anew: use the new key',
      block: 'Block',
      title: {
        'new-device': (name: string) => `${name} uses a new device.`,
        'key-change': (name: string) => `${name}, whom you verified, has a new key`,
        alarm: (name: string) => `Somebody shows other keys in ${name}’s name`,
        'other-certifier': (name: string) => `Somebody else has confirmed a key of ${name}’s`,
      } satisfies Record<ToldChange, (name: string) => string>,
      happened: {
        'new-device': 'A device that was known before vouched for it.',
        'key-change': 'A device you had verified vouched for another one.',
        alarm: 'They do not follow from the keys that were known before.',
      } satisfies Record<PersonChange['kind'], string>,
      /** In place of what happened, where more is known. */
      reasons: {
        'not-signed-by-pinned-key': 'No device that was known before vouched for them.',
        'new-key-not-proven': 'They name a new device that did not sign for itself.',
        'device-changed': 'They name another key of a device that did not sign for it.',
        rollback: 'An older list of their keys was put in place of the newer one.',
        'conflicting-forks': 'Two of their devices declare each other lost.',
        'revocation-undone': 'A device that was declared lost counts again in it.',
        'device-dropped': 'A device disappeared from it without being declared lost.',
        'other-identity': 'It is the list of somebody with another name.',
        'not-yet':
          'It is dated in the future: their clock, or yours, is wrong. Once its time has come this goes away by itself.',
        'other-certifier': 'Somebody else than before signed in for it.',
      } satisfies Record<AlarmReason, string>,
      certifiers: (before: string, now: string) => `Until now that was ${before}. Now it is ${now}.`,
      means: {
        'new-device': () => '',
        'key-change': (name: string) =>
          `Most often that is a new computer. It can also be somebody who has ${name}’s old one.`,
        alarm: (name: string) =>
          `Perhaps ${name} set everything up anew. Perhaps somebody is trying to be ${name}.`,
        'other-certifier': (name: string) =>
          `Perhaps ${name} has another address. Perhaps somebody else is at ${name}’s computer, or has that key.`,
      } satisfies Record<ToldChange, (name: string) => string>,
      todo: {
        'new-device': () => '',
        'key-change': (name: string) =>
          `Ask ${name} another way. Once you accept the new key, compare safety numbers again.`,
        alarm: (name: string) =>
          `Ask ${name} another way, and compare safety numbers. Until you decide, the old key counts.`,
        'other-certifier': (name: string) => `Ask ${name} another way whose address that is.`,
      } satisfies Record<ToldChange, (name: string) => string>,
      held: 'Nothing is sent until you decide.',
      spoken: (title: string) => `${title}. Nothing is sent until you decide.`,
    },

    safety: {
      title: 'Safety number',
      of: (name: string) => `Safety number with ${name}`,
      open: 'Compare safety numbers…',
      text: (name: string) =>
        `Read it to ${name} on the phone, or hold both screens together. The same digits on both sides mean that nobody sits between you.`,
      devices: (value: number) =>
        `It covers ${count(value, 'device', 'devices')} of theirs, and changes when a device is added.`,
      code: 'The safety number as a QR code',
      copy: 'Copy the number',
      verify: 'They are the same: mark as verified',
      unverify: 'Take back',
      isVerified: 'You marked this person as verified.',
      nowVerified: (name: string) => `${name} is verified.`,
    },
  },

  refusals: {
    title: 'Refused messages',
    hint: 'They could not be read, and nothing of them was taken in. Their senders see that they were not delivered.',
    unreadable: 'It could not be read.',
    conflict: 'Another message of the same sender with the same number was there first.',
    seen: (when: string) => `Seen ${when}`,
    digest: 'Digest',
    tag: 'Tag',
    more: (value: number) => `And ${count(value, 'older one', 'older ones')}.`,
    dismiss: 'Dismiss all',
    lookAgain: 'Look again',
    lookAgainAt: (tag: string) => `Look again at ${tag}`,
  },
  lookAlike: {
    text: (other: string) => `Look twice: this is not ${other}, although it looks like it.`,
    difference: ({ here, there }: { here: string; there: string }) =>
      here === '' || there === ''
        ? ''
        : `It has “${here}” (${codePoint(here)}) where the other has “${there}” (${codePoint(there)}).`,
  },
  requests: {
    title: (value: number) => `Requests (${format.number(value)})`,
    back: 'Back to the conversations',
    heading: 'Requests',
    text: 'People you have never written to. They do not learn whether you read anything.',
    label: 'Request',
    wants: (name: string) => `${name} wants to write to you`,
    where: (repository: string) => `It came in through ${repository}. You have never written to them.`,
    accept: 'Accept',
    block: 'Block',
    remove: 'Remove',
    waiting: (value: number) =>
      `${count(value, 'more person is', 'more people are')} waiting. They are shown once you have answered or removed some of these.`,
    removeAll: 'Remove all requests',
    removeAllTitle: 'Remove all requests?',
    removeAllText:
      'What these people wrote is removed from this computer, also what is waiting to be shown. Nobody is told, and whoever writes again asks again.',
    quiet: 'They are told nothing, and no file of theirs is fetched, until you accept.',
  },

  blocked: {
    label: 'Blocked',
    text: (name: string) => `You blocked ${name}. Nothing they write is taken in.`,
    unblock: 'Unblock',
    unblockName: (name: string) => `Unblock ${name}`,
    block: (name: string) => `Block ${name}`,
    done: (name: string) => `${name} is blocked. You find them in Settings.`,
    heading: 'Blocked people',
  },

  invite: {
    action: 'Invite someone',
    title: 'Invite someone',
    text: 'Send this link to one person, or let them scan it. Whoever follows it has your key, and so knows for certain that it is you.',
    onlyHere: 'This account lives on this computer: only people and programs here can follow the link.',
    link: 'Invitation',
    code: 'The invitation as a QR code',
    copy: 'Copy the link',
    account: 'Invite to',
    reading: 'Reading the invitation…',
    from: (identity: string) => `An invitation from ${identity}`,
    where: (repository: string) => `They are written to in ${repository}.`,
    verified: 'The link holds their key: they count as verified.',
    ownCertificate: 'Their registry proves itself with a certificate that only this invitation vouches for.',
    noAccount: (host: string) =>
      `You have no account on ${host} yet. Connect it first; this invitation is kept meanwhile.`,
    connect: (host: string) => `Connect ${host}`,
    follow: 'Start conversation',
    inPalette: 'Follow this link',
  },

  link: {
    toConversation: (name: string) => `A link to your conversation with ${name}`,
    toPerson: (identity: string) => `A link to ${identity}`,
    sameRepository: 'They are written to in your repository.',
    mailbox: (repository: string) =>
      `The link says that they are written to in ${repository}. Write there only if you know it: whoever runs it can read what you send.`,
    provesNothing: 'A link like this one proves nothing of who they are; an invitation would.',
    open: 'Open conversation',
  },

  message: {
    fromYou: 'You',
    actions: 'Message actions',
    reply: 'Reply',
    replyKey: 'R',
    inReplyTo: (author: string, words: string) => `In reply to ${author}: ${words}. Go to it`,
    originalNotHere: 'Original message not here',
    copyText: 'Copy text',
    details: 'Details',
    remove: 'Remove here',
    removed: 'Message removed from this computer.',
    withFiles: (value: number) => `${count(value, 'file', 'files')} sent together`,
    showAll: (value: number) => `Show all ${format.number(value)} files`,
    states: {
      queued: 'Waiting to send',
      preparing: 'Preparing',
      uploading: 'Sending',
      sent: 'Sent',
      delivered: 'Delivered',
      'delivered-unconfirmed': 'Delivered, unconfirmed',
      rejected: 'Rejected',
      failed: 'Failed',
      cancelled: 'Cancelled',
      paused: 'Paused',
      waiting: 'Not downloaded',
      downloading: 'Downloading',
      received: 'Received',
      refused: 'Refused',
      expired: 'Expired',
      unverified: 'Unverified',
    } satisfies Record<MessageState, string>,
    whilePaused: {
      name: 'Waiting: syncing is paused',
      meaning: 'Kept on this computer. It is sent when syncing goes on.',
    },
    meanings: {
      queued: 'Kept on this computer. It is sent as soon as the registry can be reached.',
      preparing: 'The file is being read and compressed.',
      uploading: 'It is on its way to the registry.',
      sent: 'It is in the mailbox on the registry. The other side has not fetched it yet.',
      delivered: 'The other side fetched, checked and saved it, and signed a receipt.',
      'delivered-unconfirmed': 'A receipt says it arrived, but nobody signed that receipt.',
      rejected: 'The other side fetched it and refused it.',
      failed: 'It did not work. The reason stands beside the message.',
      cancelled: 'It was stopped before it was done.',
      paused: 'You paused it. It goes on when you resume it.',
      waiting: 'The file has not been fetched yet: it waits for its turn, or for you to ask for it.',
      downloading: 'The file is being fetched and checked.',
      received: 'It was fetched, checked and saved.',
      refused: 'Its bytes break the rules of the format. Nothing was kept.',
      expired: 'It was not fetched before it expired.',
      unverified: 'Nobody proved who wrote it, so nothing of it was fetched.',
    } satisfies Record<MessageState, string>,
  },

  file: {
    folder: 'Folder',
    actions: {
      pause: 'Pause',
      resume: 'Resume',
      cancel: 'Cancel',
      retry: 'Try again',
      download: 'Download',
      open: 'Open',
      'show-in-folder': 'Show in folder',
      save: 'Save',
      'save-as': 'Save a copy…',
    } satisfies Record<FileAction, string>,
    together: {
      pause: (files) => `Pause ${count(files, 'file', 'files')}`,
      resume: (files) => `Resume ${count(files, 'file', 'files')}`,
      cancel: (files) => `Cancel ${count(files, 'file', 'files')}`,
      retry: (files) => `Try ${count(files, 'file', 'files')} again`,
      download: (files) => `Download ${count(files, 'file', 'files')}`,
    } satisfies Record<SharedAction, (files: number) => string>,
    copySaved: 'A copy is saved.',
    action: (verb: string, name: string) => `${verb} ${name}`,
    progress: (name: string) => `Progress of ${name}`,
    left: (time: string) => `${time} left`,
    kept: (size: string) => `${size} are here`,
    phases: {
      preparing: 'Preparing…',
      uploading: 'Sending…',
      downloading: 'Downloading…',
      saving: 'Checking and saving…',
    },
    noLongerHere: 'No longer on this computer',
    preview: (name: string) => `Preview of ${name}`,
    previewCut: 'Only the beginning is shown.',
  },

  composer: {
    label: 'Message',
    placeholder: (name: string) => `Message ${name}`,
    send: 'Send',
    sendTo: (files: number, name: string) => `Send ${count(files, 'file', 'files')} to ${name}`,
    attach: 'Attach files',
    attachFolder: 'Attach a folder',
    replyingTo: (author: string) => `Reply to ${author}`,
    replyingToYourself: 'Reply to yourself',
    stopReplying: 'Do not reply to this',
    attachments: 'Attachments',
    removeAttachment: (name: string) => `Remove ${name}`,
    adding: 'Adding…',
    folderOf: (files: number | null) =>
      files === null ? 'Folder' : `Folder · ${count(files, 'file', 'files')}`,
    tooMany: (limit: number) => `At most ${format.number(limit)} files can be sent together.`,
    pastedImage: (extension: string) => `Pasted image.${extension}`,
    hintEnter: 'Enter sends, Shift+Enter starts a new line',
    hintModifier: (key: string) => `${key}+Enter sends`,
  },

  drop: {
    title: (files: number, name: string) =>
      files === 0 ? `Send to ${name}` : `Send ${count(files, 'file', 'files')} to ${name}`,
    text: 'They are added to your message. Nothing leaves until you press Send.',
    toSomebody: (files: number) => (files === 0 ? 'Send to…' : `Send ${count(files, 'file', 'files')} to…`),
    toSomebodyText: 'You choose to whom. Nothing leaves until you press Send.',
  },

  newConversation: {
    title: 'New conversation',
    identity: 'Their identity',
    identityHint:
      'Exactly as they gave it to DockerComms, for example an email address. Or paste a link: their invitation, or one to them.',
    placeholder: 'bob@example.com',
    account: 'Write as',
    advanced: 'They use another repository',
    mailbox: 'Their repository',
    mailboxHint: 'Leave empty when they use the same repository as you.',
    start: 'Start conversation',
  },

  palette: {
    title: 'Search',
    placeholder: 'Search people, messages and actions',
    conversations: 'Conversations',
    people: 'People',
    messages: 'Messages',
    actions: 'Actions',
    nothing: (text: string) => `Nothing found for “${text}”.`,
    writeTo: (identity: string) => `Write to ${identity}`,
    hint: 'Use the arrows to choose, Enter to open, Escape to close',
    light: 'Use the light theme',
    dark: 'Use the dark theme',
    system: 'Use the system’s theme',
    sync: 'Look for new messages now',
    pause: 'Pause syncing for 1 hour',
    goOn: 'Go on syncing',
    mute: 'Mute notifications for 1 hour',
    unmute: 'Unmute notifications',
  },

  sendTo: {
    title: (files: number) => `Send ${count(files, 'file', 'files')} to…`,
    files: (names: readonly string[], more: number) =>
      more === 0 ? names.join(', ') : `${names.join(', ')} and ${format.number(more)} more`,
    placeholder: 'Search people',
    hint: 'Nothing is sent yet: you see the message first',
    left: (files: number) =>
      `${count(files, 'file', 'files')} could not be taken: gone, unreadable, or more than go together.`,
  },

  details: {
    title: 'Details',
    close: 'Close details',
    name: 'Name',
    nameHint: 'Only you see this name.',
    mailbox: 'Their repository',
    mailboxHint: 'Where they are written to. Leave empty to use your own repository.',
    copyLink: 'Copy a link to this conversation',
    moved: {
      title: (name: string) => `${name} is written to elsewhere`,
      text: (name: string) =>
        `${name} signed a message that names this repository. Write there only if you know it: whoever runs it can read what you send.`,
      accept: 'Write there',
      decline: 'Keep the old one',
    },
    mute: 'Mute notifications',
    remove: 'Remove conversation…',
    removeTitle: (name: string) => `Remove the conversation with ${name}?`,
    removeText:
      'Its messages are removed from this computer. Files that were saved stay where they are, and nothing is deleted on the registry.',
    removeConfirm: 'Remove conversation',
    message: 'Message',
    sender: 'From, as the message says',
    writtenAt: 'Written',
    seenAt: 'First seen here',
    unknown: 'Unknown',
    none: 'None',
    expires: 'Expires',
    signedPublicly: {
      title: 'Signed publicly',
      by: (subject: string, issuer: string, moment: string) =>
        `By ${subject} (${issuer}), in the public log since ${moment}.`,
      notAuthor: (subject: string, name: string) =>
        `${subject} is not known to be ${name}: anybody may sign what somebody else wrote.`,
      means: 'Anyone can check this later, without asking either of you.',
      uncheckedTitle: 'Public signature, unchecked',
      unproven:
        'There is a public signature here that cannot be checked on this computer: whoever confirmed it is not trusted here, or it is forged. If its author signs by services of their own, choose those in Settings → Public signatures.',
      off: 'There is a public signature here, and nothing checks it: Settings → Public signatures switches that on.',
      failed: 'Whether it was signed publicly could not be looked up.',
    },
    technical: 'On the registry',
    repository: 'Repository',
    tag: 'Tag',
    digest: 'Manifest digest',
    messageId: 'Message ID',
    compression: 'Compression',
    chunks: 'Chunks',
    size: 'Size',
    type: 'Type',
    errorCode: 'Error code',
    saved: 'Saved.',
  },

  settings: {
    title: 'Settings',
    close: 'Close settings',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    contrast: 'High contrast',
    contrastHint: 'Stronger colours and lines.',
    window: 'Window',
    closeToTray: 'Closing the window leaves DockerComms running',
    closeToTrayHint: (mayBeHidden: boolean) =>
      mayBeHidden
        ? 'Messages keep coming. Its icon in the tray brings the window back; if your desktop shows no tray, start DockerComms again. When off, closing the window quits.'
        : 'Messages keep coming. Its icon in the tray brings the window back, and so does starting DockerComms again. When off, closing the window quits.',
    writing: 'Writing',
    enterSends: 'Enter sends the message',
    enterSendsHint: 'Shift+Enter starts a new line. When off, Enter starts a new line and Ctrl+Enter sends.',
    start: 'Starting',
    startWithSystem: 'Start when I log in',
    startWithSystemHint:
      'Messages then arrive without opening DockerComms. Your system’s settings show it too.',
    spellCheck: 'Check spelling',
    spellCheckHint:
      'With the dictionary of your system or browser. Nothing you write leaves this computer for it.',
    noSpellCheck:
      'There is no dictionary for your languages on this system that Chromium can read, and DockerComms lets it fetch none from the internet.',
    notifications: 'Notifications',
    notify: 'Show notifications',
    allowInBrowser: 'Allow in this browser',
    inBrowser: {
      default: 'This browser has not been asked yet. It shows notifications as long as this window is open.',
      denied: 'This browser blocks notifications of this page. Its settings for the page change that.',
      missing: 'This browser shows no notifications here.',
    },
    showContent: 'Show what was written',
    showContentHint: 'When off, a notification only says who wrote.',
    downloads: 'Downloads',
    folder: 'Save received files in',
    folderHint: 'Files are kept in a folder for each person.',
    choose: 'Choose…',
    useDefaultFolder: 'Use the usual folder',
    automatic: 'Download by itself up to',
    automaticHint: 'Larger files wait until you ask for them.',
    automaticNever: 'Never, always ask',
    accounts: 'Accounts',
    addAccount: 'Add an account',
    thisComputer: 'This computer',
    changeMailbox: 'Change mailbox',
    mailboxNote:
      'The place where others write to you. Your conversations stay; tell those who write to you about the new place.',
    otherHostNote: 'This is another registry: its login has to be chosen afterwards.',
    changeLogin: 'Change login',
    removeAccount: 'Remove account…',
    removeAccountTitle: (identity: string) => `Remove ${identity}?`,
    removeAccountText:
      'The account, its conversations and its login are removed from this computer. Nothing is deleted on the registry.',
    removeAccountConfirm: 'Remove account',
    login: (login: AccountLogin) => {
      if (login.kind === 'password') return `Logged in as ${login.username}`;
      return login.kind === 'none' ? 'No login' : 'With the login of Docker or Podman';
    },
    syncedAt: (time: string) => `Up to date at ${time}`,
    about: 'About',
    version: (version: string) => `Version ${version}`,
    aboutText: 'A messenger whose only server is a container registry you already have. Apache License 2.0.',
    hosts: { electron: 'Desktop app', browser: 'In your browser' },
  },

  folders: {
    title: 'Save received files in',
    text: 'Folders of yours on the computer where DockerComms runs.',
    trail: 'Where this folder is',
    inside: (name: string) => `Folders in ${name}`,
    empty: 'No folders in here',
    cut: (value: number) => `Only the first ${format.number(value)} are shown.`,
    announce: (name: string, value: number) => `${name}: ${count(value, 'folder', 'folders')}`,
    new: 'New folder',
    newName: (name: string) => `New folder in ${name}`,
    create: 'Create',
    use: 'Save files here',
    notWritable: 'You do not have permission to save files in this folder.',
  },

  cleanup: {
    title: 'Clean-up on registries',
    enabled: 'Remove what has expired',
    enabledHint:
      'Messages and receipts that you wrote are removed from the registry a day after they expired, when nobody is shown them any more. What you received is its sender’s to remove. Your history here stays.',
    counts: (expired: number, living: number) =>
      `${count(expired, 'item has', 'items have')} expired${living === 0 ? '' : `, ${format.number(living)} not yet`}.`,
    noReport: 'Nothing has been removed here yet.',
    report: (day: string, removed: number, gone: number, failed: number) =>
      [
        `Last clean-up: ${day}. ${removed === 0 ? 'Nothing was removed' : `Removed ${format.number(removed)}`}`,
        ...(gone > 0 ? [`${format.number(gone)} already gone`] : []),
        ...(failed > 0 ? [`${format.number(failed)} could not be removed`] : []),
      ].join(', ') + '.',
    space: (size: string) => `Up to ${size} can be freed by the registry.`,
    nextTry: (moment: string) => `Not tried again by itself before ${moment}.`,
    now: 'Clean up now',
    nothing: 'Nothing that you wrote has expired.',
    willRemove: (expired: number) =>
      `${count(expired, 'expired item', 'expired items')} that you wrote will be removed where the registry allows it. Nothing else is touched.`,
    running: (repository: string, done: number, total: number) =>
      total === 0
        ? `Cleaning up ${repository}…`
        : `Cleaning up ${repository}: ${format.number(done)} of ${format.number(total)}`,
  },

  updates: {
    from: {
      elsewhere: 'Updates come from where you got the program.',
      'managed-off': 'Whoever administers this computer has switched updates off here.',
    } satisfies Record<Exclude<UpdatesFrom, 'registry'>, string>,
    step: ({ step, checkedAt, failure }: UpdatesView) => {
      if (step.kind === 'checking') return 'Looking for a newer version…';
      if (step.kind === 'offered') return `Version ${step.version} is available`;
      if (step.kind === 'downloading') {
        return `Downloading version ${step.version}: ${format.size(step.done)} of ${format.size(step.bytes)}`;
      }
      if (step.kind === 'ready') return `Version ${step.version} is ready`;
      if (failure !== null) return 'Nothing could be found out or taken';
      return checkedAt === null ? 'Not looked for yet' : 'No newer version is offered to this computer';
    },
    asked: (moment: string) => `Last looked for ${moment}.`,
    source: (repository: string) => `They come from ${repository}.`,
    proven: (size: string) => `${size} to download. It is signed by who makes DockerComms.`,
    installedBy: {
      restart: 'It is used from the next start on.',
      installer: 'Its installer opens. Close DockerComms when it asks you to.',
    } satisfies Record<UpdateInstalledBy, string>,
    actions: (step: UpdateStep) => {
      if (step.kind === 'ready') return step.by === 'restart' ? 'Restart now' : 'Open the installer';
      if (step.kind === 'offered') return 'Download';
      return step.kind === 'idle' ? 'Check now' : 'Cancel';
    },
    news: (step: Extract<UpdateStep, { kind: 'offered' | 'ready' }>) =>
      step.kind === 'ready'
        ? `Version ${step.version} of DockerComms is ready.`
        : `Version ${step.version} of DockerComms is available.`,
    show: 'Show',
    later: 'Later',
    mode: 'Newer versions',
    modeHint: 'They are asked for a few times a day. Nothing is told about you.',
    modes: {
      automatic: 'Download them by themselves',
      ask: 'Ask before downloading',
      off: 'Don’t look for them',
    } satisfies Record<Settings['updates']['mode'], string>,
  },

  protection: {
    title: 'Protection',
    text: 'Your signing keys and logins are sealed on this computer. Each of these opens them, and one is enough.',
    outside: 'Messages and files that arrived are not sealed: who can read your files can read them.',
    asking: 'Asking what opens them. Your system may want you to unlock its keyring.',
    name: ({ id, label }: KeySlotView) => (id === 'passphrase' ? 'Passphrase' : label),
    state: ({ state }: KeySlotView, opened: boolean) => {
      if (state === 'off') return 'Not used';
      if (state === 'closed') return 'Does not open them now';
      return opened ? 'Opened them at this start' : 'Can open them';
    },
    about: ({ id, state, available, protects }: KeySlotView) => {
      if (!protects)
        return 'It would protect nothing: whoever has your files could open it. So it is not used.';
      if (id === 'passphrase') return 'Asked for at the start, when nothing else opens them.';
      if (id === 'key-file') {
        return 'A file beside them that only you can read. It protects against other users of this computer, and not against who gets a copy of your files.';
      }
      if (state === 'off' && !available) return 'It cannot be reached on this computer.';
      if (state === 'closed') {
        return available
          ? 'It is there and has lost the key, or has another one now.'
          : 'It cannot be asked: it may be locked, or not be running.';
      }
      return 'Your system keeps the key, and opens it when you log in to this computer.';
    },
    last: ' Nothing else opens them, so it cannot be removed.',
    noPassphrase:
      'With a passphrase you are not lost when one of the others goes missing. With the key file removed, copies of your files open nothing without it.',
    set: 'Set a passphrase…',
    change: 'Change…',
    use: 'Use it',
    repair: 'Repair',
    remove: 'Remove…',
    actionOn: (action: string, name: string) => `${action.replace('…', '')}: ${name}`,
    setTitle: 'Set a passphrase',
    changeTitle: 'Change the passphrase',
    setText:
      'It opens your keys and logins when nothing else does. Keep it somewhere safe: nobody can restore it for you.',
    setConfirm: 'Set passphrase',
    passphraseSet: 'This passphrase opens your keys and logins from now on.',
    removeTitle: (name: string) => `Remove: ${name}?`,
    removeText: (passphraseAlone: boolean) =>
      [
        passphraseAlone
          ? 'From the next start on DockerComms asks for your passphrase. If you forget it, your keys and logins are lost.'
          : 'It opens your keys and logins no longer; the others still do.',
        'Copies of your files that were made before still open as they did.',
      ].join(' '),
    removeConfirm: 'Remove',
    removed: 'Removed.',
  },

  passphrase: {
    new: 'New passphrase',
    again: 'Passphrase, once more',
    differs: 'The two are not the same.',
    judge: (judgement: PassphraseJudgement, atLeast: number) => {
      if (judgement.kind === 'empty') {
        return `At least ${atLeast} characters. Four or more words that do not belong together are good, and easy to keep in mind.`;
      }
      if (judgement.kind === 'short') {
        return `${count(judgement.missing, 'more character is', 'more characters are')} needed.`;
      }
      return judgement.kind === 'repetitive'
        ? 'Long enough, but it repeats itself, and is easy to guess.'
        : 'Long enough. Only you know whether it is hard to guess: a name, a date or a known sentence is not.';
    },
  },

  network: {
    title: 'Network',
    proxy: 'Proxy',
    proxyModes: { none: 'No proxy', address: 'This proxy' },
    asSystem: { desktop: 'As the system says', environment: 'As the system’s environment says' },
    systemProxy: (address: string) => `Now: ${address}`,
    systemNone: {
      desktop:
        'Neither the environment (HTTPS_PROXY, HTTP_PROXY) nor the system’s settings name one. Automatic configuration scripts are not read.',
      environment: 'The environment names no proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).',
    },
    systemUnusable: 'What is named there cannot be read or used. Only HTTP proxies can be used, not SOCKS.',
    address: 'Address of the proxy',
    username: 'User name (if it asks for one)',
    password: 'Password',
    kept: 'Saved. Type to replace it.',
    exceptions: 'Without the proxy',
    exceptionsHint: 'Hosts between commas, as in NO_PROXY. This computer never needs the proxy.',
    authorities: 'Certificate authorities',
    authoritiesHint:
      'Trusted besides those of this computer: for registries with a certificate of your organisation.',
    authorityFile: 'Certificate file of the authority',
    add: 'Add…',
    remove: 'Remove',
    removeNamed: (subject: string) => `Remove ${subject}`,
    allHosts: 'All registries',
    issuer: (issuer: string) => `issued by ${issuer}`,
    expires: (date: string) => `Valid until ${date}`,
    expired: (date: string) => `Expired on ${date}`,
    clientCertificates: 'Client certificates',
    clientCertificatesHint:
      'Shown to a registry that asks who connects. Those that Docker and Podman keep (certs.d) are used by themselves.',
    host: 'Registry',
    certificateFile: 'Certificate (PEM or PKCS#12)',
    keyFile: 'Private key (PEM)',
    passphrase: 'Passphrase',
    passphraseHint:
      'Only if the file has one. Key and passphrase are sealed on this computer and never shown.',
    plainHosts: 'Registries without encryption',
    plainHostsHint: 'You chose to use these although nothing that travels there is encrypted.',
    changeProxy: 'Change the proxy',
    maybeProxy: 'This network needs a proxy',
    requireEncryption: 'Require encryption',
    requireEncryptionFor: (host: string) => `Require encryption for ${host}`,
    notEncrypted: 'Not encrypted',
    plainTitle: (host: string) => `${host} does not encrypt. Use it anyway?`,
    plainWarning: 'Anybody on the way can read and change what travels there: messages, files, the password.',
    plainAllow: 'Use it without encryption',
  },

  keys: {
    title: 'Your key and devices',
    fingerprint: 'Fingerprint of this device’s key',
    devices: 'Devices that speak for you',
    thisDevice: 'This device',
    otherDevice: 'Another device',
    added: (moment: string) => `since ${moment}`,
    visible: 'Can others see it?',
    published: (moment: string) => `Yes, in your mailbox. Renewed by itself before ${moment}.`,
    notPublished: 'Not yet: it is published as soon as the registry can be reached.',
    alarmTitle: 'Somebody else published keys under your name in this mailbox.',
    alarmText:
      'What you send is not proven to be yours meanwhile. If it was you on another computer, use another name here. If not, tell the people you write to.',
    alarmRestorable:
      'Whoever knows you already is not misled: they are warned, and go on believing your own key, with which you go on signing. If it was not you on another computer, put your keys back, change who may write to this mailbox, and tell people whom you have not written to yet.',
    stopped: {
      'key-lost': {
        title: (identity) => `The key that signs for ${identity} is lost.`,
        text: 'Nothing is sent from here until you begin with a new one, or restore the vault file from a backup.',
      },
      'device-removed': {
        title: (identity) => `Another device of ${identity} has removed this one.`,
        text: 'Nothing is sent from here any more. The account settings say how to add it again.',
      },
      'other-profile': {
        title: (identity) => `Somebody else published keys as ${identity} in your mailbox.`,
        text: 'Who does not know you yet may take them for you.',
      },
    } satisfies Record<OwnKeyReason, { title: (identity: string) => string; text: string }>,
    beginAnew: 'Begin with a new key…',
    beginTitle: (identity: string) => `A new key for ${identity}?`,
    beginText:
      'Everybody who knows you is warned that your key changed, and sends you nothing until they have looked. Tell them that it is you, and compare safety numbers again. Your other devices speak for you no longer: if you have one, remove this account here instead, and add this computer again from there. The old key cannot be used any more, even if it turns up.',
    beginConfirm: 'Begin with a new key',
    begun: 'You have a new key. Tell the people you write to.',
    restore: 'Put my keys back',
    restored: 'Your own keys are in the mailbox again.',
  },

  signatures: {
    title: 'Public signatures',
    enabled: 'Use public signatures',
    enabledHint:
      'To confirm who you are, and to check who your friends are. Nothing is signed publicly unless you ask for it.',
    instance: 'Services',
    instances: [
      { value: 'public', label: 'Sigstore, for everybody' },
      { value: 'private', label: 'Services of your own' },
    ],
    instanceHints: {
      public: 'Run by the Sigstore project. Sign in with Google, GitHub or Microsoft.',
      private: 'Only people who use the same services see who confirmed a key.',
    } satisfies Record<SigstoreSettings['instance'], string>,
    fields: {
      issuer: 'Sign-in address',
      clientId: 'Client name',
      fulcio: 'Certificate authority (Fulcio)',
      rekor: 'Transparency log (Rekor)',
      rekorVersion: 'Version of the log',
      timestampAuthority: 'Timestamp authority',
      trust: 'Whom to trust',
      mirror: 'Mirror (TUF)',
    },
    hints: {
      issuer: 'Where people sign in (OpenID Connect issuer).',
      clientId: 'What that provider calls this program.',
      fulcio: '',
      rekor: '',
      timestampAuthority: 'May be left out with version 1 of the log.',
      trust: 'Your administrator has the file, or the address of a mirror that keeps it up to date.',
      mirror: '',
    },
    examples: {
      issuer: 'https://accounts.example.com',
      fulcio: 'https://fulcio.example.com',
      rekor: 'https://rekor.example.com',
      timestampAuthority: 'https://timestamp.example.com/api/v1/timestamp',
      mirror: 'https://tuf.example.com',
    },
    versions: [
      { value: '1', label: 'Version 1' },
      { value: '2', label: 'Version 2' },
    ],
    trusts: [
      { value: 'file', label: 'A file' },
      { value: 'tuf', label: 'A mirror' },
    ],
    documents: { file: 'Trusted root (trusted_root.json)', tuf: 'First root of the mirror (root.json)' },
    choose: 'Choose…',
    noFileYet: 'No file chosen yet.',
    fileThere: 'A trusted root is saved.',
    rootThere: 'A first root is saved.',
    missing: 'This is needed.',
    notHttps: 'Write the whole address, beginning with https://.',
    withLogin: 'An address without a name and password in it.',
    needsStamp: 'Version 2 of the log needs a timestamp authority.',
    noFile: 'Choose the file.',
  },

  signIn: {
    by: 'Confirmed by',
    nobody:
      'Nobody yet. Sign in with an account that your friends know, and they see that this key is yours.',
    action: 'Confirm who you are…',
    again: 'Confirm again…',
    titles: { confirm: 'Confirm who you are', messages: 'Sign in again' },
    texts: {
      confirm:
        'You sign in, in your browser, with an account that you have already. The people you write to then see whose key this is.',
      messages:
        'Each of your messages is signed publicly, and that takes a sign-in every ten minutes. What waits is sent then.',
    },
    forEver:
      'Your name or e-mail address there and the fingerprint of this key go into a public log, for ever. Your messages do not.',
    begin: 'Sign in',
    other: 'My browser is on another computer',
    waiting: 'Continue in your browser. This window goes on by itself.',
    waitingForCode: 'Continue in your browser. It shows a code at the end: paste it here.',
    page: 'Open the sign-in page',
    pageAgain: 'Show the page again',
    copy: 'Copy the address',
    code: 'Code',
    goOn: 'Continue',
    done: (subject: string, issuer: string) => `You are ${subject} (${issuer}).`,
    doneTexts: {
      confirm: 'The people you write to see it from now on, in your details.',
      messages: 'What waited is on its way.',
    },
    each: 'Sign each message publicly',
    eachHint:
      'For anyone who has to prove later who wrote it. While you write, you sign in again every ten minutes.',
    eachTitle: 'Sign each message publicly?',
    eachText:
      'For each message from now on, your address, the time and a fingerprint of the message go into a public log, for ever. What you write does not. This can be switched off, but what the log has stays there.',
    eachConfirm: 'Sign publicly',
    withdraw: 'Withdraw…',
    withdrawTitle: 'Withdraw the confirmation?',
    withdrawText:
      'People no longer see who confirmed this key. What the public log has stays there. Whoever has seen it is warned if somebody else confirms it later.',
    withdrawConfirm: 'Withdraw',
    withdrawn: 'The confirmation is withdrawn.',
  },

  devices: {
    joined: (identity: string) => `A device was added to ${identity}.`,
    joinedText: 'Another device of yours has done it. If that was not you, remove it.',
    joinedAdvice:
      'Another device of yours has done it, and it can sign in your name. If that was not you, remove it below, and then the device or the file from which it came.',
    joinedByMe: 'It was me',
    isNew: 'New',
    add: 'Add a device…',
    addTitle: 'Add a device',
    addText:
      'DockerComms makes a key for your other computer and saves it in a file, sealed with a passphrase. The people you write to are told that you have a new device.',
    passphraseOnce: 'You need the passphrase once, on the other computer.',
    make: 'Save the file',
    saved: (name: string) => `Saved as ${name}.`,
    steps: [
      'Bring the file to the other computer.',
      'Start DockerComms there and choose “I use DockerComms on another computer”. In Settings it is under “Add an account”.',
      'Choose the file, and type the passphrase.',
      'Then delete the file: whoever has it and the passphrase is that device.',
    ],
    lost: 'If the file is lost, remove the device here and add it anew.',
    remove: 'Remove…',
    removeTitle: 'Remove this device?',
    removeText:
      'It can read what is in the mailbox as long as it has a login there, but nobody believes what it signs any more. It cannot be added again with the same key.',
    removeConfirm: 'Remove device',
    removed: 'The device no longer speaks for you.',
    gone: 'Another device of yours has removed this one.',
    goneText:
      'Nothing is sent from here any more. If you want it back, remove the account here, and add this device anew from the other one.',
    joinTitle: 'I use DockerComms on another computer',
    joinText:
      'On that one, open Settings, “Your key and devices”, and choose “Add a device”. Bring the file that it saves.',
    file: 'File for this device',
    filePassphrase: 'Passphrase of the file',
    join: 'Join',
  },

  live: {
    unverified: (name: string) => `Something that says it is from ${name} is held back: it is not proven`,
    text: (name: string, text: string) => `${name}: ${text}`,
    file: (name: string, file: string) => `${name} sent ${file}`,
  },
} as const;
