/** A picture of two dimensions: a map of colours with their scale, by the rules of the static picture. */

import type { RootObject } from 'jsroot/core';
import type { Bins } from './bins.js';
import type { Payload } from './payload.js';
import { addTo, makeHistogram, makePalette, makeTitle, type Root, styleAxis, styleNames } from './root.js';
import { label } from './text.js';

/** Blue over white to red, for sums of both signs (ColorBrewer's RdBu, as in the static picture). */
const BLUE_TO_RED = [
  '#053061',
  '#2166ac',
  '#4393c3',
  '#92c5de',
  '#d1e5f0',
  '#f7f7f7',
  '#fddbc7',
  '#f4a582',
  '#d6604d',
  '#b2182b',
  '#67001f'
];

/** Fill a pad with a map; `zoom` makes text larger, as a small pad needs it. */
export function drawMap(root: Root, pad: RootObject, payload: Payload, bins: Bins, zoom: number): void {
  const [x, y] = payload.axes;
  const top = payload.title ? 0.09 * zoom : 0.045 * zoom;
  const log = payload.value.scale === 'log';
  Object.assign(pad, {
    fLeftMargin: zoom > 1 ? 0.17 : 0.13,
    fRightMargin: 0.12 + 0.06 * zoom,
    fBottomMargin: 0.14 * zoom,
    fTopMargin: top,
    fLogx: x?.scale === 'log' ? 1 : 0,
    fLogy: y?.scale === 'log' ? 1 : 0,
    fLogz: log ? 1 : 0
  });
  const map = makeHistogram(root, bins, 'histogram');
  const [low, high] = colorRange(bins, log);
  Object.assign(map, { fMinimum: low, fMaximum: high });
  showWhatIsThere(map, bins);
  if (log && high < 100 * low) map['fZaxis'].fBits |= MORE_NUMBERS;
  styleAxis(root, map['fXaxis'], label(x?.label ?? ''), zoom);
  styleAxis(root, map['fYaxis'], label(y?.label ?? ''), zoom);
  styleAxis(root, map['fZaxis'], label(payload.value.label), zoom);
  const [across, up] = bins.axes;
  if (across?.names) styleNames(pad, map['fXaxis'], across.names, zoom);
  if (up?.names) map['fYaxis'].fLabelSize *= 1.2;
  map['fYaxis'].fTitleOffset = zoom > 1 ? 1.7 / zoom : 1.25;
  map['fZaxis'].fTitleOffset = zoom > 1 ? 1.45 / zoom : 1.15;
  if (zoom > 1) map['fXaxis'].fNdivisions = map['fYaxis'].fNdivisions = map['fZaxis'].fNdivisions = 505;
  if (low < 0 && bins.sums) addTo(pad, makePalette(root, BLUE_TO_RED), '');
  addTo(pad, map, 'colz0');
  for (const box of undefinedBins(root, bins)) addTo(pad, box, 'FRAME');
  if (payload.title) addTo(pad, makeTitle(root, label(payload.title), top, zoom), '');
}

const MORE_NUMBERS = 1 << 23;

/** What holds no number is grey, as in the static picture. */
const UNDEFINED = '#bebebe';

/** Boxes over the bins that hold no number, one for all that lie side by side. */
function undefinedBins(root: Root, { values, axes }: Bins): RootObject[] {
  const [x, y] = axes;
  if (!x || !y) return [];
  const fFillColor = root.addColor(UNDEFINED);
  const found: RootObject[] = [];
  for (let row = 0; row < y.size; row++) {
    const isUndefined = (column: number) => Number.isNaN(values[(row + 1) * (x.size + 2) + column + 1]);
    for (let column = 0; column < x.size; column++) {
      if (!isUndefined(column)) continue;
      const first = column;
      while (column + 1 < x.size && isUndefined(column + 1)) column++;
      const [fX1, fX2] = [x.edges[first], x.edges[column + 1]];
      const [fY1, fY2] = [y.edges[row], y.edges[row + 1]];
      found.push(
        Object.assign(root.create('TBox'), { fX1, fX2, fY1, fY2, fFillColor, fFillStyle: 1001, fLineWidth: 0 })
      );
    }
  }
  return found;
}

/** The values of the first and the last colour: from 0 on, or around 0 alike; means begin with the lowest. */
export function colorRange({ values, sums, axes }: Bins, log: boolean): [number, number] {
  const [x, y] = axes;
  const length = (x?.size ?? 0) + 2;
  let low = Infinity;
  let high = -Infinity;
  values.forEach((value, cell) => {
    const [column, row] = [cell % length, Math.floor(cell / length)];
    const inside = column > 0 && column < length - 1 && row > 0 && row <= (y?.size ?? 0);
    if (!inside || !Number.isFinite(value) || (log && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  if (low > high) return log ? [0.1, 10] : [0, 1];
  if (log) {
    low = Math.max(low, high * 1e-9);
    return high > 1.01 * low ? [low, high] : [low / 2, 2 * high];
  }
  if (!sums) return high > low ? [low, high] : [low - 0.5, high + 0.5];
  if (low < 0) return [-Math.max(-low, high), Math.max(-low, high)];
  return [0, high || 1];
}

/**
 * Have what holds a number be painted, and nothing else: JSROOT's `colz0` leaves out what has neither content nor
 * variance, a mean that happens to be 0 among it.
 */
function showWhatIsThere(map: RootObject, { values, sums }: Bins): void {
  const variances = map['fSumw2'] as number[];
  values.forEach((value, cell) => {
    if (Math.abs(value) === Infinity) map['fArray'][cell] = value;
    else if (sums && value === 0) variances[cell] = 0;
    else if (value === 0) variances[cell] ||= Number.MIN_VALUE;
    else if (Number.isNaN(value)) variances[cell] = 0;
  });
}
