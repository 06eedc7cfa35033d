/** What a histogram's MIME data hold; `kernel/doublet/display/histograms/schema.json` says the same for machines. */

import { Validator } from '@cfworker/json-schema';
import { PayloadError } from './arrays.js';
import schema from './schema.json' with { type: 'json' };

export const MIME = 'application/vnd.doublet.histogram+json';
export const VERSION = 1;

/** Nested lists of numbers, or base64 in a `data:` URI. */
export type Numbers = number | Numbers[] | string;

interface Metadata {
  label?: string | number | boolean;
  name?: string | number | boolean;
}

export type UhiAxis = { metadata?: Metadata } & (
  | { type: 'regular'; lower: number; upper: number; bins: number; underflow: boolean; overflow: boolean }
  | { type: 'variable'; edges: Numbers; underflow: boolean; overflow: boolean }
  | { type: 'category_str' | 'category_int'; categories: (string | number)[]; flow: boolean }
  | { type: 'boolean' }
);

/** A histogram in UHI's serialization schema. */
export interface UhiHistogram {
  axes: UhiAxis[];
  storage: { type: string } & Record<string, Numbers>;
  writer_info?: Record<string, Record<string, unknown>>;
}

/** For each bin without under- and overflow: the value and the ends of its bar; NaN where there is nothing to draw. */
export interface UhiPoints {
  values: Numbers;
  lower: Numbers;
  upper: Numbers;
}

export interface PayloadLayer {
  histogram: UhiHistogram;
  passed?: UhiHistogram;
  points?: UhiPoints;
  label: string;
  draw: 'step' | 'errors' | 'filled' | 'points';
  role: 'histogram' | 'background' | 'signal' | 'data' | 'efficiency' | 'profile';
  stacked: boolean;
  color: string;
}

export interface PayloadAxis {
  label: string;
  unit: string;
  scale: 'linear' | 'log';
}

export interface Payload {
  version: number;
  title: string;
  axes: PayloadAxis[];
  value: PayloadAxis;
  layers: [PayloadLayer, ...PayloadLayer[]];
  notes: string[];
  projections?: number[][];
  /** How bins are merged for the picture. */
  merged?: { by: number; label: string; note: string };
  ratio?: { label: string; points: UhiPoints[]; band: UhiPoints };
}

const validator = new Validator(schema as object, '2020-12');

/** Check what came with a message; throw `PayloadError`, whose message is a sentence, if it cannot be drawn. */
export function parse(data: unknown): Payload {
  const version = (data as Partial<Payload> | null)?.version;
  if (typeof version === 'number' && version > VERSION) {
    throw new PayloadError(
      `this histogram is of version ${version} and this extension draws version ${VERSION}: update Doublet where JupyterLab runs`
    );
  }
  const { valid, errors } = validator.validate(data ?? null);
  if (!valid) {
    // The last error is the innermost one and says most, unless it is of one alternative among several.
    const choice = errors.find(({ keyword }) => keyword === 'oneOf');
    const { instanceLocation = '#', error = '' } = choice ?? errors.at(-1) ?? {};
    const what = choice ? 'it has none of the forms that are allowed there' : error.replace(/\.$/, '');
    throw new PayloadError(`these are no histogram data, at ${instanceLocation}: ${what}`);
  }
  return data as Payload;
}
