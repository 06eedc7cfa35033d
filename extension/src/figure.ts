/** From a payload to what JSROOT draws: one canvas with everything in it. */

import type { RootObject } from 'jsroot/core';
import { type Bins, project, readBins } from './bins.js';
import { drawCurves } from './curves.js';
import type { Payload } from './payload.js';
import { Range } from './range.js';
import { addTo, colorOf, describeAxis, hideStatistics, makeHistogram, makePad, type Root } from './root.js';
import { label } from './text.js';

export interface Figure {
  canvas: RootObject;
  /** What has to be drawn anew if it changes; all else is updated in place. */
  structure: string;
  /** Height of the picture in units of its width; 0 if words are all there is. */
  aspect: number;
  /** Sentences that belong below it. */
  notes: string[];
}

/** Make the picture of a payload that `parse` has let through; throws `PayloadError` if its arrays do not fit. */
export function makeFigure(root: Root, payload: Payload): Figure {
  const canvas = makePad(root, 'TCanvas', 'histogram', { x: 0, y: 0, width: 1, height: 1 });
  const dimensions = payload.axes.length;
  let aspect = 2 / 3;
  const notes = [...payload.notes];
  if (dimensions === 0) {
    const [value] = readBins(payload.layers[0].histogram).values;
    return { canvas, structure: '', aspect: 0, notes: [`${payload.value.label}: ${value}`, ...notes] };
  }
  if (dimensions === 1) drawCurves(root, canvas, payload);
  else {
    const bins = readBins(payload.layers[0].histogram);
    if (dimensions === 2) drawMap(root, canvas, payload, bins, payload.title);
    else aspect = drawGrid(root, canvas, payload, bins);
  }
  if (payload.ratio) aspect = 0.8;
  return { canvas, structure: JSON.stringify(describe(canvas)), aspect, notes };
}

function drawMap(root: Root, pad: RootObject, payload: Payload, bins: Bins, title: string): void {
  const [x, y] = payload.axes;
  Object.assign(pad, { fLeftMargin: 0.13, fRightMargin: 0.17, fBottomMargin: 0.14, fTopMargin: title ? 0.1 : 0.05 });
  pad['fLogx'] = x?.scale === 'log' ? 1 : 0;
  pad['fLogy'] = y?.scale === 'log' ? 1 : 0;
  pad['fLogz'] = payload.value.scale === 'log' ? 1 : 0;
  const map = makeHistogram(root, bins, 'histogram');
  map.fTitle = label(title);
  hideStatistics(map);
  describeAxis(root, map['fXaxis'], null, label(x?.label ?? ''));
  describeAxis(root, map['fYaxis'], null, label(y?.label ?? ''));
  describeAxis(root, map['fZaxis'], null, label(payload.value.label));
  map['fYaxis'].fTitleOffset = 1.35;
  map['fZaxis'].fTitleOffset = 1.2;
  addTo(pad, map, 'colz');
}

function drawGrid(root: Root, canvas: RootObject, payload: Payload, bins: Bins): number {
  const projections = payload.projections ?? [];
  const columns = Math.min(projections.length, projections.length === 4 ? 2 : 3);
  const rows = Math.ceil(projections.length / columns);
  projections.forEach((kept, index) => {
    const place = {
      x: (index % columns) / columns,
      y: 1 - (Math.floor(index / columns) + 1) / rows,
      width: 1 / columns,
      height: 1 / rows
    };
    const pad = makePad(root, 'TPad', `projection${index}`, place);
    const axes = kept.map((axis) => payload.axes[axis] ?? { label: '', unit: '', scale: 'linear' as const });
    const projected = project(bins, kept);
    if (kept.length === 2) drawMap(root, pad, { ...payload, axes }, projected, '');
    else drawProjection(root, pad, payload, projected, axes[0]?.label ?? '', axes[0]?.scale === 'log');
    addTo(canvas, pad, '');
  });
  return (rows / columns) * 0.75;
}

function drawProjection(root: Root, pad: RootObject, payload: Payload, bins: Bins, title: string, log: boolean): void {
  Object.assign(pad, { fLeftMargin: 0.17, fRightMargin: 0.05, fBottomMargin: 0.18, fTopMargin: 0.07 });
  pad['fLogx'] = log ? 1 : 0;
  pad['fLogy'] = payload.value.scale === 'log' ? 1 : 0;
  const histogram = makeHistogram(root, bins, 'projection');
  hideStatistics(histogram);
  const range = new Range();
  range.include(bins.values.slice(1, -1));
  [histogram['fMinimum'], histogram['fMaximum']] = pad['fLogy'] ? range.logarithmic(0.05) : range.linear(true, 0.08);
  describeAxis(root, histogram['fXaxis'], null, label(title), 1.4);
  describeAxis(root, histogram['fYaxis'], null, label(payload.value.label), 1.4);
  Object.assign(histogram, { fLineColor: root.addColor(payload.layers[0].color || colorOf(0)), fLineWidth: 2 });
  addTo(pad, histogram, 'hist');
}

function describe(pad: RootObject): unknown[] {
  const primitives: RootObject[] = pad['fPrimitives'].arr;
  const options: string[] = pad['fPrimitives'].opt;
  return primitives.map((object, index) => [
    object._typename,
    options[index],
    object._typename === 'TPad' ? describe(object) : (object['fXaxis']?.fLabels?.arr.length ?? 0),
    object['fPrimitives']?.arr.length
  ]);
}
