import { describe, expect, test } from 'vitest';
import type { LocalNetwork } from '../../main/messenger/local-network.ts';
import { announcedMailbox, mailboxFor, toldMailbox } from '../../main/messenger/routing.ts';
import type { Account } from '../../main/store/accounts.ts';
import type { Person } from '../../main/store/people.ts';

const nearby = '192.168.1.5:5443/mail';
const far = 'registry.example.com/team/mail';
const closed = { addresses: () => [] } as unknown as LocalNetwork;
const open = { addresses: () => [nearby, '[2001:db8::5]:5443/mail'] } as unknown as LocalNetwork;
const here = { kind: 'this-computer', repository: '127.0.0.1:40000/mail' } as Account;
const elsewhere = { kind: 'registry', repository: far } as Account;

test('somebody without a mailbox of their own is written to in one’s own', () => {
  expect(mailboxFor(here, null, open)).toBe(here.repository);
  expect(mailboxFor(elsewhere, null, open)).toBe(far);
});

test('an own address on the network, however it is written, is one’s own registry', () => {
  expect(mailboxFor(here, nearby, open)).toBe(here.repository);
  expect(mailboxFor(here, `https://${nearby}/`, open)).toBe(here.repository);
  expect(mailboxFor(here, nearby, closed)).toBe(nearby);
  expect(mailboxFor(elsewhere, nearby, open)).toBe(nearby);
  expect(mailboxFor(here, '192.168.1.5:5443/other', open)).toBe('192.168.1.5:5443/other');
});

test('a message elsewhere says where answers go: the address that others can use, never loopback', () => {
  expect(announcedMailbox(here, far, open)).toBe(nearby);
  expect(announcedMailbox(here, far, closed)).toBeNull();
  const onLoopback = { ...elsewhere, repository: '127.0.0.1:5000/mail' };
  expect(announcedMailbox(onLoopback, far, open)).toBeNull();
});

test('a message in one’s own mailbox says nothing: answers lie beside it', () => {
  expect(announcedMailbox(here, here.repository, open)).toBeNull();
  expect(announcedMailbox(elsewhere, far, open)).toBeNull();
});

describe('where the author of a signed message says that they are written to', () => {
  const told = (mailbox: string, person: Partial<Person> = {}, account = elsewhere, network = closed) =>
    toldMailbox(account, { mailbox: null, declinedMailbox: null, ...person }, mailbox, network);
  const sameHost = 'registry.example.com/alice/mail';
  const otherHost = 'other.example.com/alice/mail';

  test('is taken on the account’s own host, where nobody chose another repository', () => {
    expect(told(sameHost)).toEqual({ mailbox: sameHost });
    expect(told(sameHost, { mailbox: 'registry.example.com/chosen' })).toEqual({ proposedMailbox: sameHost });
  });

  test('has to be agreed to on any other host, another port included, and is not asked for twice', () => {
    expect(told(otherHost)).toEqual({ proposedMailbox: otherHost });
    expect(told('registry.example.com:8443/alice')).toEqual({
      proposedMailbox: 'registry.example.com:8443/alice',
    });
    expect(told(otherHost, { declinedMailbox: otherHost })).toBeNull();
    expect(told(nearby)).toEqual({ proposedMailbox: nearby });
  });

  test('changes nothing where it is what is used already, or one’s own', () => {
    expect(told(far)).toBeNull();
    expect(told(otherHost, { mailbox: otherHost })).toBeNull();
    expect(told(nearby, {}, here, open)).toBeNull();
  });

  test.each([
    '127.0.0.1:5000/mail',
    'localhost:5000/mail',
    '[::1]:5000/mail',
    'http://other.example.com/mail',
    'https://other.example.com/mail',
    'bob:secret@other.example.com/mail',
    'OTHER.example.com/mail',
    'not a repository',
  ])('is never believed when it is %s', (mailbox) => {
    expect(told(mailbox)).toBeNull();
    expect(told(mailbox, {}, here, open)).toBeNull();
  });
});
