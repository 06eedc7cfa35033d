/** Arrays of numbers in JSON: nested lists, or base64 in a `data:` URI, which holds what JSON cannot. */

import type { Numbers } from './payload.js';

/** Data that cannot be drawn; the message is a sentence without its end. */
export class PayloadError extends Error {}

const URI = /^data:application\/vnd\.doublet\.array;dtype=(float64|int64);base64,/;

/** Read `size` numbers; throw `PayloadError` if there are more or fewer, or none. */
export function decode(value: Numbers | undefined, size: number): Float64Array {
  const numbers = decodeAny(value);
  if (numbers.length !== size) {
    throw new PayloadError(`an array has ${numbers.length} numbers where its axes need ${size}`);
  }
  return numbers;
}

/** Read numbers, however many there are. */
export function decodeAny(value: Numbers | undefined): Float64Array {
  if (typeof value === 'string') return fromUri(value);
  return Float64Array.from(flatten(value));
}

function flatten(value: Numbers | undefined): number[] {
  return Array.isArray(value) ? value.flatMap(flatten) : [Number(value)];
}

function fromUri(uri: string): Float64Array {
  const found = URI.exec(uri);
  if (!found) throw new PayloadError(`an array is '${uri.slice(0, 40)}', which is no data: URI of numbers`);
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(uri.slice(found[0].length)), (sign) => sign.charCodeAt(0));
  } catch {
    throw new PayloadError("an array's data: URI is broken");
  }
  if (bytes.length % 8) throw new PayloadError("an array's data: URI ends within a number");
  // The numbers are little-endian, which the machine need not be.
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) =>
    found[1] === 'int64' ? Number(view.getBigInt64(index * 8, true)) : view.getFloat64(index * 8, true)
  );
}
