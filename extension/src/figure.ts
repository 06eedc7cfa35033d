/** From a payload to what JSROOT draws: one canvas with everything in it. */

import type { RootObject } from 'jsroot/core';
import { type Bins, project, readBins } from './bins.js';
import { readCurves } from './curves.js';
import { drawMap } from './maps.js';
import { drawAlone, drawPanels, TALL_SHAPE, USUAL_SHAPE } from './panels.js';
import type { Payload, PayloadAxis } from './payload.js';
import { addTo, makePad, makeTitle, type Root } from './root.js';
import { amount, remarks, summary } from './statistics.js';
import { label } from './text.js';

export interface Figure {
  canvas: RootObject;
  /** What has to be drawn anew if it changes; all else is updated in place. */
  structure: string;
  /** Height of the picture in units of its width; 0 if words are all there is. */
  shape: number;
  /** What is said below it: statistics, and what the picture leaves out. */
  notes: string[];
}

const PANEL_SHAPE = 0.7;

/** Make the picture of a payload that `parse` has let through; throws `PayloadError` if its arrays do not fit. */
export function makeFigure(root: Root, payload: Payload): Figure {
  const canvas = makePad(root, 'TCanvas', 'histogram', { x: 0, y: 0, width: 1, height: 1 });
  const all = payload.layers.map(({ histogram }) => readBins(histogram));
  const [bins] = all as [Bins];
  const said = [...new Set(all.flatMap(remarks))];
  const statistics = payload.layers.map(({ label: name }, index) => {
    const line = summary(all[index] ?? bins);
    return name ? `${name}: ${line}` : line;
  });
  const notes = [...statistics, ...payload.notes, ...said];
  const words = (sentence: string): Figure => ({
    canvas,
    structure: '',
    shape: 0,
    notes: [sentence, ...payload.notes]
  });
  if (!bins.axes.length) return words(`${payload.title || payload.value.label}: ${amount(bins)}`);
  if (all.some(({ axes }) => axes.some(({ size }) => !size)))
    return words('An axis of this histogram has no bins yet.');
  let shape = payload.ratio ? TALL_SHAPE : USUAL_SHAPE;
  if (bins.axes.length === 1) {
    const { merged, value } = payload;
    if (merged) notes.push(merged.note);
    const asDrawn = merged ? { ...payload, value: { ...value, label: merged.label } } : payload;
    drawPanels(root, canvas, asDrawn, readCurves(payload.layers, merged?.by));
  } else if (bins.axes.length === 2) drawMap(root, canvas, payload, bins, 1);
  else shape = drawGrid(root, canvas, payload, bins);
  return { canvas, structure: JSON.stringify(describe(canvas)), shape, notes };
}

/** Draw projections side by side, two in a row; returns the height of all in units of the width. */
function drawGrid(root: Root, canvas: RootObject, payload: Payload, bins: Bins): number {
  const projections = payload.projections ?? [];
  const rows = Math.ceil(projections.length / 2);
  const heading = payload.title ? 0.06 : 0;
  const height = heading + (rows * PANEL_SHAPE) / 2;
  const zoom = (USUAL_SHAPE / PANEL_SHAPE) * 1.3;
  projections.forEach((kept, index) => {
    const row = Math.floor(index / 2) + 1;
    const place = {
      x: (index % 2) / 2,
      y: 1 - (heading + (row * PANEL_SHAPE) / 2) / height,
      width: 0.5,
      height: PANEL_SHAPE / 2 / height
    };
    const pad = makePad(root, 'TPad', `projection${index}`, place);
    const axes = kept.map((axis) => payload.axes[axis] ?? NO_AXIS);
    const part = { ...payload, title: '', axes };
    if (kept.length === 1) drawAlone(root, pad, part, project(bins, kept), zoom);
    else drawMap(root, pad, part, project(bins, kept), zoom);
    addTo(canvas, pad, '');
  });
  if (heading) addTo(canvas, makeTitle(root, label(payload.title), heading / height, USUAL_SHAPE / height), '');
  return height;
}

const NO_AXIS: PayloadAxis = { label: '', unit: '', scale: 'linear' };

/** All that JSROOT cannot change in what it has drawn: which objects there are, how they are drawn, their names. */
function describe(pad: RootObject): unknown[] {
  const { arr, opt } = pad['fPrimitives'] as { arr: RootObject[]; opt: string[] };
  return arr.map((object, index) => {
    const { fPrimitives, fLines, fXaxis, fYaxis } = object as Record<string, RootObject | undefined>;
    return [
      object._typename,
      opt[index],
      object._typename === 'TPad' ? describe(object) : fPrimitives?.['arr'].map((entry: RootObject) => entry['fLabel']),
      fLines?.['arr'].length,
      [fXaxis, fYaxis].map((axis) => axis?.['fLabels']?.arr.map((name: RootObject) => name['fString']))
    ];
  });
}
