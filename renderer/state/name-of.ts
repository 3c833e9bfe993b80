import type { PersonView } from '../../preload/contract/people.ts';

/** What a person is called in this window. */
export function nameOf(person: PersonView): string {
  return person.name ?? person.identity;
}
