/** A picture of one dimension: outlines, areas, stacks and points over one axis, with a panel of ratios below. */

import type { RootObject } from 'jsroot/core';
import { decode, PayloadError } from './arrays.js';
import { type Axis, type Bins, readBins } from './bins.js';
import type { Payload, PayloadLayer, UhiPoints } from './payload.js';
import { Range } from './range.js';
import {
  addTo,
  colorOf,
  FONT,
  INK,
  makeHistogram,
  makePad,
  makeText,
  makeTitle,
  type Root,
  styleAxis,
  styleNames,
  TEXT_SIZE
} from './root.js';
import { statistics } from './statistics.js';
import { label } from './text.js';

/** For each bin: the value and the ends of its bar; NaN where there is nothing to draw. */
interface Points {
  values: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

interface Curve {
  layer: PayloadLayer;
  bins: Bins;
  color: number;
  points: Points | null;
}

/** Part of the picture's height that the ratio has. */
const RATIO_HEIGHT = 0.32;
const USUAL_SHAPE = 2 / 3;
/** Height of a picture with a ratio, in units of its width. */
export const TALL_SHAPE = 0.8;

/** Fill a canvas with the picture of a payload's layers. */
export function drawLayers(root: Root, canvas: RootObject, payload: Payload): void {
  const curves = payload.layers.map((layer, index): Curve => {
    const bins = readBins(layer.histogram);
    const points = layer.points ? readPoints(layer.points, bins) : layer.draw === 'points' ? ownPoints(bins) : null;
    const color = layer.color || (layer.role === 'data' ? INK : colorOf(index));
    return { layer, bins, color: root.addColor(color), points };
  });
  if (!payload.ratio) {
    drawCurves(root, canvas, payload, curves, 1);
    return;
  }
  const upper = makePad(root, 'TPad', 'main', { x: 0, y: RATIO_HEIGHT, width: 1, height: 1 - RATIO_HEIGHT });
  const lower = makePad(root, 'TPad', 'ratio', { x: 0, y: 0, width: 1, height: RATIO_HEIGHT });
  drawCurves(root, upper, payload, curves, USUAL_SHAPE / (TALL_SHAPE * (1 - RATIO_HEIGHT)));
  drawRatio(root, lower, payload, curves, USUAL_SHAPE / (TALL_SHAPE * RATIO_HEIGHT));
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
    [{ layer, bins, color: root.addColor(layer.color || colorOf(0)), points: null }],
    zoom,
    false
  );
}

function drawCurves(root: Root, pad: RootObject, payload: Payload, curves: Curve[], zoom: number, said = true): void {
  const top = payload.title ? 0.09 * zoom : 0.045 * zoom;
  setMargins(pad, 0.1 + 0.04 * zoom, 0.04, 0.14 * zoom, top);
  const log = payload.value.scale === 'log';
  pad['fLogx'] = payload.axes[0]?.scale === 'log' ? 1 : 0;
  pad['fLogy'] = log ? 1 : 0;
  const stack = stackUp(curves);
  const legend = curves.some(({ layer }) => layer.label);
  const range = new Range();
  for (const curve of curves) {
    const drawn = curve.points ?? withBars(curve, stack.get(curve) ?? curve.bins);
    for (const values of [drawn.values, drawn.lower, drawn.upper]) range.include(values);
  }
  const fromZero = curves.every(({ bins, layer }) => bins.sums || layer.role === 'efficiency');
  const [low, high] = log ? range.logarithmic(legend ? 0.35 : 0.05) : range.linear(fromZero, legend ? 0.3 : 0.08);

  // The frame holds the axes, so that all curves are alike: each can be changed without another.
  const axis = commonAxis(curves);
  const frame = makeFrame(root, axis);
  frame['fMinimum'] = low;
  frame['fMaximum'] = high;
  styleAxis(root, frame['fXaxis'], payload.ratio ? '' : label(payload.axes[0]?.label ?? ''), zoom);
  styleAxis(root, frame['fYaxis'], label(payload.value.label), zoom);
  frame['fYaxis'].fTitleOffset = 1.3 / zoom;
  if (payload.ratio) frame['fXaxis'].fLabelSize = 0;
  if (axis.names) styleNames(pad, frame['fXaxis'], axis.names, zoom);
  addTo(pad, frame, 'axis');

  const drawn = new Map<Curve, RootObject>();
  const stacked = curves.filter((curve) => stack.has(curve)).reverse();
  // The whole stack is where its first part is, and there the highest sum is behind all others.
  const order = curves.flatMap((curve) => (!stack.has(curve) ? [curve] : curve === stacked.at(-1) ? stacked : []));
  for (const curve of order) {
    const { points } = curve;
    const object = points ? makeGraph(root, curve, points) : makeCurve(root, curve, stack.get(curve) ?? curve.bins);
    addTo(pad, object, points ? 'pz' : `${optionOf(curve)} same`);
    drawn.set(curve, object);
  }
  if (payload.title) addTo(pad, makeTitle(root, label(payload.title), top, zoom), '');
  if (legend) addTo(pad, makeLegend(root, curves, drawn, 0.98 - top, zoom), '');
  const [alone] = curves;
  if (alone && curves.length === 1 && !legend && alone.layer.role !== 'efficiency' && said) {
    const lines = statistics(alone.bins);
    const height = 0.052 * zoom * lines.length;
    addTo(pad, makeText(root, lines, { x: 0.6, y: 0.98 - top - height, width: 0.35, height }, 0.8 * zoom), '');
  }
}

function drawRatio(root: Root, pad: RootObject, payload: Payload, curves: Curve[], zoom: number): void {
  const { ratio } = payload;
  const [first] = curves;
  const [axis] = first?.bins.axes ?? [];
  if (!ratio || !first || !axis) throw new PayloadError('a ratio has no axis');
  setMargins(pad, 0.1 + (0.04 * USUAL_SHAPE) / (TALL_SHAPE * (1 - RATIO_HEIGHT)), 0.04, 0.14 * zoom, 0.04);
  pad['fLogx'] = payload.axes[0]?.scale === 'log' ? 1 : 0;
  pad['fGridy'] = 1;
  const stacked = curves.some(({ layer }) => layer.stacked);
  const divided = curves.filter(({ layer }, index) => (stacked ? layer.role === 'data' : index > 0));
  const range = new Range();
  range.include([0.9, 1.1]);
  const parts = ratio.points.map((points, index) => ({
    points: readPoints(points, first.bins),
    curve: divided[index] ?? first
  }));
  for (const { points } of parts) range.include(points.values);
  const frame = makeFrame(root, axis);
  [frame['fMinimum'], frame['fMaximum']] = range.linear(false, 0.05);
  styleAxis(root, frame['fXaxis'], label(payload.axes[0]?.label ?? ''), zoom);
  styleAxis(root, frame['fYaxis'], label(ratio.label), zoom);
  frame['fYaxis'].fTitleOffset = 1.3 / zoom;
  frame['fYaxis'].fNdivisions = 505;
  frame['fXaxis'].fTickLength = 0.07;
  addTo(pad, frame, 'axis');
  addTo(pad, makeBand(root, readPoints(ratio.band, first.bins), axis), '2');
  for (const { points, curve } of parts) addTo(pad, makeGraph(root, curve, points), 'pz');
}

/** Sum up what stands on each other: for each stacked curve, itself and those below it. */
function stackUp(curves: Curve[]): Map<Curve, Bins> {
  const sums = new Map<Curve, Bins>();
  let sum: Bins | undefined;
  for (const curve of curves) {
    if (!curve.layer.stacked) continue;
    const { bins } = curve;
    const below: Bins | undefined = sum;
    if (below && below.values.length !== bins.values.length) throw new PayloadError('what is stacked has other bins');
    sum = {
      ...bins,
      values: bins.values.map((value, bin) => (Number.isFinite(value) ? value : 0) + (below?.values[bin] ?? 0)),
      variances: bins.variances.map((variance, bin) => variance + (below?.variances[bin] ?? 0))
    };
    sums.set(curve, sum);
  }
  return sums;
}

/** The axis of a picture: that of its histograms, or one that holds all of them. */
function commonAxis(curves: Curve[]): Axis {
  const axes = curves.map(({ bins }) => bins.axes[0]);
  const [first] = axes;
  if (!first) throw new PayloadError('a histogram has no axis');
  const low = Math.min(...axes.map((axis) => axis?.edges[0] ?? 0));
  const high = Math.max(...axes.map((axis) => axis?.edges.at(-1) ?? 0));
  if (axes.every((axis) => String(axis?.edges) === String(first.edges))) return first;
  // JSROOT zooms by the bins of the frame: many, so that each histogram can be looked at closely.
  const steps = 1000;
  const edges = Float64Array.from({ length: steps + 1 }, (_, index) => low + ((high - low) * index) / steps);
  return { ...first, edges, regular: true, names: null };
}

function makeFrame(root: Root, axis: Axis): RootObject {
  const empty = new Float64Array(axis.edges.length + 1);
  const frame = makeHistogram(
    root,
    { axes: [axis], values: empty, variances: empty, weights: empty, sums: true, counts: false },
    'frame'
  );
  return frame;
}

function makeCurve(root: Root, curve: Curve, bins: Bins): RootObject {
  const histogram = makeHistogram(root, bins, label(curve.layer.label) || 'histogram');
  const filled = curve.layer.draw === 'filled' || curve.layer.stacked;
  Object.assign(histogram, {
    fLineColor: curve.color,
    fLineWidth: 2,
    fMarkerColor: curve.color,
    fFillColor: filled ? curve.color : 0,
    fFillStyle: filled ? 1001 : 0
  });
  return histogram;
}

function optionOf({ layer, bins }: Curve): string {
  return layer.draw === 'errors' && bins.variances.some((variance) => variance > 0) ? 'hist e' : 'hist';
}

function makeGraph(root: Root, curve: Curve, { values, lower, upper }: Points): RootObject {
  const edges = curve.bins.axes[0]?.edges ?? new Float64Array();
  const drawn = Array.from(values.keys()).filter((bin) => Number.isFinite(values[bin]));
  const pick = (each: (bin: number) => number) => Float64Array.from(drawn, each);
  const at = (array: Float64Array, bin: number) => array[bin] ?? 0;
  const bar = (end: Float64Array) => (bin: number) =>
    Math.abs(Number.isFinite(end[bin]) ? at(end, bin) - at(values, bin) : 0);
  const half = (bin: number) => (curve.layer.role === 'data' ? 0 : (at(edges, bin + 1) - at(edges, bin)) / 2);
  return Object.assign(root.create('TGraphAsymmErrors'), {
    fName: label(curve.layer.label) || 'points',
    fTitle: '',
    fNpoints: drawn.length,
    fX: pick((bin) => (at(edges, bin) + at(edges, bin + 1)) / 2),
    fY: pick((bin) => at(values, bin)),
    fEXlow: pick(half),
    fEXhigh: pick(half),
    fEYlow: pick(bar(lower)),
    fEYhigh: pick(bar(upper)),
    fLineColor: curve.color,
    fMarkerColor: curve.color,
    fMarkerStyle: 20,
    fMarkerSize: 0.8
  });
}

function makeBand(root: Root, { values, lower, upper }: Points, axis: Axis): RootObject {
  const layer = { label: 'uncertainty', role: 'background' } as PayloadLayer;
  const curve: Curve = { layer, bins: { axes: [axis] } as Bins, color: root.addColor(colorOf(8)), points: null };
  const band = makeGraph(root, curve, { values, lower, upper });
  return Object.assign(band, { fFillColor: curve.color, fFillStyle: 3354, fMarkerStyle: 1 });
}

function makeLegend(root: Root, curves: Curve[], drawn: Map<Curve, RootObject>, top: number, zoom: number): RootObject {
  const legend = root.create('TLegend');
  const named = curves.filter(({ layer }) => layer.label);
  const columns = named.length > 4 ? 2 : 1;
  const rows = Math.ceil(named.length / columns);
  const ink = root.addColor(INK);
  Object.assign(legend, {
    fX1NDC: columns > 1 ? 0.4 : 0.62,
    fX2NDC: 0.94,
    fY1NDC: top - 0.055 * rows * zoom,
    fY2NDC: top,
    fBorderSize: 0,
    fFillStyle: 0,
    fNColumns: columns,
    fTextColor: ink,
    fTextFont: FONT,
    fTextSize: TEXT_SIZE * zoom,
    fTextAlign: 12
  });
  for (const curve of named) {
    const option = curve.points ? 'ep' : curve.layer.draw === 'filled' || curve.layer.stacked ? 'f' : 'l';
    legend['fPrimitives'].Add(
      Object.assign(root.create('TLegendEntry'), {
        fLabel: label(curve.layer.label),
        fObject: drawn.get(curve),
        fOption: option,
        fTextColor: ink
      }),
      option
    );
  }
  return legend;
}

function readPoints({ values, lower, upper }: UhiPoints, { axes }: Bins): Points {
  const size = (axes[0]?.edges.length ?? 1) - 1;
  return { values: decode(values, size), lower: decode(lower, size), upper: decode(upper, size) };
}

function ownPoints(bins: Bins): Points {
  const values = bins.values.slice(1, -1);
  const errors = bins.variances.slice(1, -1).map((variance) => Math.sqrt(Math.max(variance, 0)));
  return {
    values,
    lower: values.map((value, bin) => value - (errors[bin] ?? 0)),
    upper: values.map((value, bin) => value + (errors[bin] ?? 0))
  };
}

function withBars(curve: Curve, bins: Bins): Points {
  if (curve.layer.draw === 'errors') return ownPoints(bins);
  const values = bins.values.slice(1, -1);
  return { values, lower: values, upper: values };
}

function setMargins(pad: RootObject, left: number, right: number, bottom: number, top: number): void {
  Object.assign(pad, { fLeftMargin: left, fRightMargin: right, fBottomMargin: bottom, fTopMargin: top });
}
