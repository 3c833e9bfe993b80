/**
 * Pages of tags (OCI distribution specification, "Listing Tags").
 * Must-fail vectors: test/oci/tag-page.test.ts.
 */
import { JSONParser, TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { DockerCommsError } from '../base/errors.ts';
import { KiB, limits } from '../base/limits.ts';
import { looksLikeHtml, notARegistry, type RequestFacts } from './failures.ts';
import { badListing, tooLong } from './paging.ts';
import { bodyPieces, headerOf, type WireAnswer } from './transport.ts';

/** Objects and lists inside each other. Tags need two; what registries put beside them has been seen to need four. */
const deepest = 32;
/** Bytes that are parsed between two looks at the caps: so far over them it can get, which is nothing beside a page. */
const sliceBytes = 16 * KiB;
/** Bytes without the end of a token: over twice what the longest string needs when all of it is `\uXXXX`. */
const tokenBytes = 64 * KiB;
/** Of the beginning of an answer: enough to tell a web page. */
const sniffedBytes = 256;

/**
 * One page of tags, parsed while it arrives: `{"name": …, "tags": ["…", …]}` (distribution specification, "Listing
 * Tags"). Whatever else is in it is checked to be JSON and forgotten at once, so that memory does not grow with the
 * page. Everything here is attacker-controlled; every method fails `protocol`.
 */
export class TagPage {
  readonly #facts: RequestFacts;
  // With no path wanted and no stack kept, the parser checks the grammar and drops each value as soon as it is whole.
  readonly #parser = new JSONParser({ paths: [], keepStack: false });
  #place: 'members' | 'before tags' | 'in tags' = 'members';
  #depth = 0;
  /** The last string among the members: a name, once a colon follows it. */
  #text = '';
  #hadTags = false;
  #sinceToken = 0;
  #found: string[] = [];

  constructor(facts: RequestFacts) {
    this.#facts = facts;
    this.#parser.onToken = (token) => this.#take(token);
  }

  /** The strings of `tags` that `bytes` complete, in their order. */
  write(bytes: Uint8Array): readonly string[] {
    this.#found = [];
    try {
      for (let start = 0; start < bytes.byteLength; start += sliceBytes) {
        this.#parse(bytes.subarray(start, start + sliceBytes));
      }
    } catch (error) {
      throw error instanceof DockerCommsError ? error : badListing(this.#facts, 'is not JSON');
    }
    return this.#found;
  }

  /** Call after the last bytes: a page that was cut is not a page. */
  end(): void {
    if (!this.#parser.isEnded) throw badListing(this.#facts, 'ends in the middle');
  }

  #parse(slice: Uint8Array): void {
    this.#sinceToken += slice.byteLength;
    this.#parser.write(slice);
    if (this.#sinceToken > tokenBytes) throw badListing(this.#facts, 'has a value that does not end');
  }

  #take({ token, value }: ParsedTokenInfo): void {
    this.#sinceToken = 0;
    if (typeof value === 'string' && value.length > limits.listingStringCharacters) {
      throw badListing(this.#facts, 'has a string that is too long');
    }
    if (this.#depth === 0 && token !== TokenType.LEFT_BRACE) throw this.#noTags();
    if (this.#place === 'before tags') this.#beginTags(token);
    else if (this.#place === 'in tags') this.#takeTag(token, value);
    else if (this.#depth === 1) this.#takeMember(token, value);
    this.#nest(token);
  }

  #takeMember(token: TokenType, value: ParsedTokenInfo['value']): void {
    if (token === TokenType.STRING) this.#text = String(value);
    if (token !== TokenType.COLON || this.#text !== 'tags') return;
    // Readers disagree on which of two members with one name counts.
    if (this.#hadTags) throw badListing(this.#facts, 'has two lists of tags');
    this.#hadTags = true;
    this.#place = 'before tags';
  }

  #beginTags(token: TokenType): void {
    if (token !== TokenType.LEFT_BRACKET && token !== TokenType.NULL) throw this.#noTags();
    this.#place = token === TokenType.NULL ? 'members' : 'in tags';
  }

  #takeTag(token: TokenType, value: ParsedTokenInfo['value']): void {
    if (token === TokenType.COMMA) return;
    if (token === TokenType.RIGHT_BRACKET) {
      this.#place = 'members';
      return;
    }
    if (token !== TokenType.STRING || typeof value !== 'string') throw this.#noTags();
    // No tag of ours is that long. Left out rather than refused: one writer must not block a mailbox for everybody.
    if (value.length <= limits.tagCharacters) this.#found.push(value);
  }

  #nest(token: TokenType): void {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth -= 1;
    if (this.#depth > deepest) throw badListing(this.#facts, 'is nested too deeply');
  }

  #noTags(): DockerCommsError {
    return badListing(this.#facts, 'is not a list of tags');
  }
}

/**
 * The strings of `tags` in the page that `answer` carries, in groups, while they arrive: an error may come after some
 * of them. None where `tags` is null or not there. Whoever stops early cuts the connection. Fails `protocol` for web
 * pages and other documents, `too-large` over `limit` bytes, `network` and `cancelled` as the body does.
 */
export async function* readTagPage(
  answer: WireAnswer,
  limit: number = limits.tagPageBytes,
): AsyncGenerator<readonly string[], void, undefined> {
  const page = new TagPage(answer);
  let total = 0;
  for await (const piece of piecesOf(answer)) {
    total += piece.byteLength;
    if (total > limit) throw tooLong(answer.url, 'bytes', limit);
    yield page.write(piece);
  }
  page.end();
}

/** The body in pieces, the first one large enough to tell a web page. */
async function* piecesOf(answer: WireAnswer): AsyncGenerator<Buffer, void, undefined> {
  let beginning = Buffer.alloc(0);
  let begun = false;
  for await (const piece of bodyPieces(answer)) {
    if (begun) {
      yield piece;
      continue;
    }
    beginning = Buffer.concat([beginning, piece]);
    begun = beginning.byteLength >= sniffedBytes;
    if (begun) yield notHtml(answer, beginning);
  }
  if (!begun) yield notHtml(answer, beginning);
}

function notHtml(answer: WireAnswer, beginning: Buffer): Buffer {
  const type = headerOf(answer, 'content-type') ?? '';
  if (looksLikeHtml(type, beginning)) throw notARegistry(answer, answer.status);
  return beginning;
}
