/** A picture of one dimension: its frame with everything in it, and the panel of ratios below. */

import type { RootObject } from 'jsroot/core';
import { type Axis, type Bins, emptyBins } from './bins.js';
import { type Curve, commonAxis, extent, pointsOf, readPoints } from './curves.js';
import type { Payload } from './payload.js';
import { MOST, Range } from './range.js';
import { addTo, colorOf, makeHistogram, makePad, makeTitle, type Root, styleAxis, styleNames } from './root.js';
import { legendHeight, makeArrows, makeBand, makeCurve, makeLegend, makePoints, optionOf } from './shapes.js';
import { label } from './text.js';

/** Height of pictures in units of their width. */
export const USUAL_SHAPE = 2 / 3;
export const TALL_SHAPE = 0.8;
/** Part of the height that ratios have. */
const RATIO_HEIGHT = 0.32;

/** Fill a canvas with curves, and with the ratio if there is one. */
export function drawPanels(root: Root, canvas: RootObject, payload: Payload, curves: Curve[]): void {
  const { ratio } = payload;
  if (!ratio) {
    drawCurves(root, canvas, payload, curves, 1);
    return;
  }
  const upper = makePad(root, 'TPad', 'main', { x: 0, y: RATIO_HEIGHT, width: 1, height: 1 - RATIO_HEIGHT });
  const lower = makePad(root, 'TPad', 'ratio', { x: 0, y: 0, width: 1, height: RATIO_HEIGHT });
  drawCurves(root, upper, payload, curves, USUAL_SHAPE / (TALL_SHAPE * (1 - RATIO_HEIGHT)));
  drawRatio(root, lower, payload, ratio, curves, USUAL_SHAPE / (TALL_SHAPE * RATIO_HEIGHT));
  lower['fLeftMargin'] = upper['fLeftMargin'];
  upper['fBottomMargin'] = 0.03;
  [upper, lower].forEach((pad, index) => {
    pad['fNumber'] = index + 1;
    addTo(canvas, pad, '');
  });
}

/** Draw a histogram that stands for itself, such as a projection. */
export function drawAlone(root: Root, pad: RootObject, payload: Payload, bins: Bins, zoom: number): void {
  const [layer] = payload.layers;
  drawCurves(
    root,
    pad,
    payload,
    [{ layer, bins, drawn: bins, above: false, points: bins.sums ? null : pointsOf(bins), color: colorOf(layer, 0) }],
    zoom
  );
}

function drawCurves(root: Root, pad: RootObject, payload: Payload, curves: Curve[], zoom: number): void {
  const top = (payload.title ? 0.09 : 0.045) * zoom;
  const axis = commonAxis(curves);
  const stacked = curves.filter(({ layer }) => layer.stacked);
  const whole = stacked.at(-1);
  const named = curves.filter(({ layer }) => layer.label).length;
  Object.assign(pad, {
    fLeftMargin: 0.1 + 0.04 * zoom,
    fRightMargin: 0.04,
    fBottomMargin: 0.14 * zoom,
    fTopMargin: top,
    fLogx: payload.axes[0]?.scale === 'log' ? 1 : 0,
    fLogy: payload.value.scale === 'log' ? 1 : 0
  });

  // The frame holds the axes, so that all curves are alike: each can be changed without another.
  const frame = makeFrame(root, axis);
  const range = new Range();
  for (const curve of curves) for (const values of extent(curve)) range.include(values);
  const room = named ? 0.08 + legendHeight(named + (whole ? 1 : 0)) * zoom : 0.08;
  const fromZero = curves.every(({ bins, layer }) => bins.sums || layer.role === 'efficiency');
  const isPart = curves.some(({ layer }) => layer.role === 'efficiency');
  const [low, high] = pad['fLogy'] ? range.logarithmic(room) : isPart ? WHOLE : range.linear(fromZero, room);
  // JSROOT writes a power of ten beside the frame.
  if (!pad['fLogy'] && isFar(low, high)) pad['fTopMargin'] = Math.max(top, 0.085 * zoom);
  if (!pad['fLogx'] && !axis.names && isFar(axis.edges[0] ?? 0, axis.edges.at(-1) ?? 0)) pad['fRightMargin'] = 0.1;
  Object.assign(frame, { fMinimum: low, fMaximum: high });
  styleAxis(root, frame['fXaxis'], payload.ratio ? '' : label(payload.axes[0]?.label ?? ''), zoom);
  styleAxis(root, frame['fYaxis'], label(payload.value.label), zoom);
  if (zoom > 1) frame['fXaxis'].fNdivisions = 505;
  // Four digits and more need room beside the title.
  const isLong = !pad['fLogy'] && high >= 1000;
  if (isLong) pad['fLeftMargin'] += 0.03;
  frame['fYaxis'].fTitleOffset = (isLong ? 1.65 : 1.3) / zoom;
  if (payload.ratio) frame['fXaxis'].fLabelSize = 0;
  else if (axis.names) styleNames(pad, frame['fXaxis'], axis.names, zoom);
  addTo(pad, frame, 'axis');

  const drawn = new Map<Curve, RootObject>();
  const add = (curve: Curve) => {
    const { points, bins } = curve;
    const object = points
      ? makePoints(root, curve, points, bins.axes[0] ?? axis)
      : makeCurve(root, upTo(curve, low, high), curves.length === 1);
    addTo(pad, object, points ? 'pz' : optionOf(curve));
    drawn.set(curve, object);
  };
  // The highest sum is behind all others.
  stacked.reverse().forEach(add);
  const known = whole?.drawn.variances.some((variance) => variance > 0);
  const band = whole && known ? makeBand(root, pointsOf(whole.drawn), axis) : null;
  if (band) addTo(pad, band, '2');
  curves.filter(({ layer }) => !layer.stacked).forEach(add);
  if (payload.title) addTo(pad, makeTitle(root, label(payload.title), top, zoom), '');
  if (named) addTo(pad, makeLegend(root, drawn, band, 0.98 - top, zoom), '');
}

function drawRatio(
  root: Root,
  pad: RootObject,
  payload: Payload,
  ratio: NonNullable<Payload['ratio']>,
  curves: Curve[],
  zoom: number
): void {
  const axis = commonAxis(curves);
  Object.assign(pad, {
    fRightMargin: 0.04,
    fBottomMargin: 0.14 * zoom,
    fTopMargin: 0.04,
    fLogx: payload.axes[0]?.scale === 'log' ? 1 : 0,
    fGridy: 1
  });
  const stacked = curves.some(({ layer }) => layer.stacked);
  const divided = curves.filter(({ layer }, index) => (stacked ? layer.role === 'data' : index > 0));
  const parts = ratio.points.map((points) => readPoints(points, axis));
  const frame = makeFrame(root, axis);
  const reach = reachOf(parts.flatMap(({ values }) => [...values]));
  Object.assign(frame, { fMinimum: 1 - reach, fMaximum: 1 + reach });
  styleAxis(root, frame['fXaxis'], label(payload.axes[0]?.label ?? ''), zoom);
  styleAxis(root, frame['fYaxis'], label(ratio.label), zoom);
  frame['fYaxis'].fTitleOffset = 1.3 / zoom;
  frame['fYaxis'].fNdivisions = 505;
  frame['fXaxis'].fTickLength = 0.07;
  if (axis.names) styleNames(pad, frame['fXaxis'], axis.names, zoom);
  addTo(pad, frame, 'axis');
  addTo(pad, makeBand(root, readPoints(ratio.band, axis), axis), '2');
  parts.forEach((points, index) => {
    const curve = divided[index];
    if (!curve) return;
    addTo(pad, makePoints(root, curve, points, axis), 'pz');
    for (const arrow of makeArrows(root, curve, points, axis, 1 - reach, 1 + reach)) addTo(pad, arrow, 'p');
  });
}

/** The axis of efficiencies, with room for a marker at each of its ends. */
const WHOLE: [number, number] = [-0.04, 1.1];

/** Whether numbers along an axis are written with a power of ten. */
function isFar(low: number, high: number): boolean {
  const most = Math.max(Math.abs(low), Math.abs(high));
  return most >= 1e5 || (most > 0 && most < 1e-2);
}

/** How far from 1 the axis of ratios reaches: what lies beyond is marked by an arrow at the frame. */
function reachOf(values: number[]): number {
  const far = Math.max(...values.filter(Number.isFinite).map((value) => Math.abs(value - 1)), 0);
  return Math.min(1, Math.max(0.15, far ? 1.25 * far : 0.5));
}

/** Let what is infinite, or nearly so, reach beyond the frame. */
function upTo(curve: Curve, low: number, high: number): Curve {
  const { drawn } = curve;
  if (!drawn.values.some((value) => Math.abs(value) >= MOST)) return curve;
  const beyond = high - low;
  const values = drawn.values.map((value) => (value >= MOST ? high + beyond : value <= -MOST ? low - beyond : value));
  return { ...curve, drawn: { ...drawn, values } };
}

function makeFrame(root: Root, axis: Axis): RootObject {
  return makeHistogram(root, emptyBins([axis]), 'frame');
}
