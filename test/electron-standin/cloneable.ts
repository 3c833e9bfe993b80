export interface Carrier {
  readonly encode: (value: unknown) => unknown;
  readonly decode: (value: unknown) => unknown;
}

/**
 * What the structured clone algorithm lets through, written as JSON, since processes are far apart here. Works on what was cloned already: so
 * what cannot be cloned failed before. The function is sent to the page as text too, so it uses nothing from outside itself.
 */
export function carrier(): Carrier {
  const piece = 8192;
  const isPlain = (value: object) => {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  };
  const entries = (object: object, each: (value: unknown) => unknown) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, each(value)]));
  const encode = (value: unknown): unknown => {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', value: String(value) };
    if (Object.is(value, -0)) return { $: 'number', value: '-0' };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', value: String(value) };
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return { $: 'date', value: value.getTime() };
    if (value instanceof Uint8Array) {
      const pieces = Array.from({ length: Math.ceil(value.length / piece) }, (_, index) =>
        String.fromCharCode(...value.subarray(index * piece, (index + 1) * piece)),
      );
      return { $: 'bytes', value: btoa(pieces.join('')) };
    }
    if (Array.isArray(value)) return value.map(encode);
    if (!isPlain(value) || '$' in value) {
      throw new Error(`The stand-in carries no ${Object.prototype.toString.call(value)} from world to world`);
    }
    return entries(value, encode);
  };
  const decode = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(decode);
    if (!('$' in value)) return entries(value, decode);
    const { $: kind, value: told } = value as unknown as { $: string; value: string };
    if (kind === 'bigint') return BigInt(told);
    if (kind === 'number') return Number(told);
    if (kind === 'date') return new Date(told);
    if (kind === 'bytes') return Uint8Array.from(atob(told), (character) => character.charCodeAt(0));
    return undefined;
  };
  return { encode, decode };
}
