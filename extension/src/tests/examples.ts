/** The example payloads that the Python tests read, too, and JSROOT as it is. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addColor } from 'jsroot/colors';
import { create, createHistogram, type RootObject } from 'jsroot/core';
import { type Figure, makeFigure } from '../figure.js';
import { type Payload, parse } from '../payload.js';
import type { Root } from '../root.js';

const FOLDER = join(import.meta.dirname, '../../../tests/data/histograms');

export const root: Root = { create, createHistogram, addColor };

export function names(kind: 'valid' | 'invalid'): string[] {
  return readdirSync(join(FOLDER, kind))
    .filter((name) => name.endsWith('.json'))
    .sort();
}

export function read(kind: 'valid' | 'invalid', name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, kind, name), 'utf-8'));
}

/** A valid example, changed in some way. */
export function example(name: string, change: (payload: Payload) => void = () => {}): Payload {
  const payload = read('valid', `${name}.json`) as Payload;
  change(payload);
  return payload;
}

export function figure(data: unknown): Figure {
  return makeFigure(root, parse(data));
}

/** What a pad draws, with that of the pads in it. */
export function objects(pad: RootObject): RootObject[] {
  return pad['fPrimitives'].arr.flatMap((object: RootObject) =>
    object._typename === 'TPad' ? objects(object) : [object]
  );
}

export function named(pad: RootObject, name: string): RootObject {
  const found = objects(pad).find(({ fName }) => fName === name);
  if (!found) throw new Error(`there is no ${name} among ${objects(pad).map(({ fName }) => fName)}`);
  return found;
}
