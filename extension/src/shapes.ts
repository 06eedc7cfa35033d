/** Curves as ROOT objects, and the legend that names them. */

import type { RootObject } from 'jsroot/core';
import type { Axis } from './bins.js';
import type { Curve, Points } from './curves.js';
import { FONT, GREY, INK, makeHistogram, paleOf, type Root, TEXT_SIZE } from './root.js';
import { label } from './text.js';

const SOLID = 1001;
const HATCHED = 3354;
const CIRCLE = 20;
const TRIANGLE_UP = 22;
const TRIANGLE_DOWN = 23;

/** An outline or an area; what is shown of a bin under the pointer has its name. */
export function makeCurve(root: Root, { layer, drawn, above, color }: Curve, alone: boolean): RootObject {
  const name = label(layer.label) || 'histogram';
  const fill = layer.stacked || layer.draw === 'filled' ? color : alone ? paleOf(color) : '';
  return Object.assign(makeHistogram(root, drawn, above ? `${name} + all below` : name), {
    fLineColor: root.addColor(color),
    fLineWidth: layer.stacked ? 1 : 2,
    fMarkerColor: root.addColor(color),
    fFillColor: fill ? root.addColor(fill) : 0,
    fFillStyle: fill ? SOLID : 0
  });
}

/** How JSROOT is asked to draw it. */
export function optionOf({ layer, drawn }: Curve): string {
  return layer.draw === 'errors' && drawn.variances.some((variance) => variance > 0) ? 'hist e same' : 'hist same';
}

/** Markers with bars, as wide as the bins unless they are data. */
export function makePoints(root: Root, curve: Curve, points: Points, axis: Axis): RootObject {
  const color = root.addColor(curve.color);
  return Object.assign(makeGraph(root, points, axis, curve.layer.role !== 'data'), {
    fName: label(curve.layer.label) || 'points',
    fLineColor: color,
    fMarkerColor: color,
    fMarkerStyle: CIRCLE,
    fMarkerSize: 0.8
  });
}

/** Arrows at the ends of an axis of values, upwards and downwards, for points that lie at or beyond them. */
export function makeArrows(
  root: Root,
  curve: Curve,
  points: Points,
  axis: Axis,
  low: number,
  high: number
): RootObject[] {
  const color = root.addColor(curve.color);
  const inset = 0.06 * (high - low);
  const [up, down] = [high - inset, low + inset];
  const beyond: [boolean, (value: number) => boolean][] = [
    [true, (value) => value > high - inset / 2],
    [false, (value) => value < low]
  ];
  return beyond.map(([isUp, lies]) => {
    const values = points.values.map((value) => (lies(value) ? (isUp ? up : down) : NaN));
    return Object.assign(makeGraph(root, { values, lower: values, upper: values }, axis, false), {
      fName: isUp ? 'above the axis' : 'below the axis',
      fMarkerColor: color,
      fMarkerStyle: isUp ? TRIANGLE_UP : TRIANGLE_DOWN,
      fMarkerSize: 1.1
    });
  });
}

/** Hatched boxes between the ends of bars. */
export function makeBand(root: Root, points: Points, axis: Axis): RootObject {
  const grey = root.addColor(GREY);
  return Object.assign(makeGraph(root, points, axis, true), {
    fName: 'uncertainty',
    fLineColor: grey,
    fFillColor: grey,
    fFillStyle: HATCHED
  });
}

/** Name curves in the upper right corner below `top`, what is stacked from the top down. */
export function makeLegend(
  root: Root,
  drawn: Map<Curve, RootObject>,
  band: RootObject | null,
  top: number,
  zoom: number
): RootObject {
  const legend = root.create('TLegend');
  const ink = root.addColor(INK);
  const named = [...drawn].filter(([{ layer }]) => layer.label);
  named.sort(([one], [other]) => Number(one.layer.stacked) - Number(other.layer.stacked));
  const entries = named.map(([{ layer, points }, object]) => ({
    fLabel: label(layer.label),
    fObject: object,
    fOption: points ? 'ep' : layer.stacked || layer.draw === 'filled' ? 'f' : 'l'
  }));
  if (band) entries.push({ fLabel: 'Stat. uncertainty', fObject: band, fOption: 'f' });
  const columns = entries.length > 5 ? 2 : 1;
  Object.assign(legend, {
    fX1NDC: columns > 1 ? 0.36 : 0.62,
    fX2NDC: 0.95,
    fY1NDC: top - legendHeight(entries.length) * zoom,
    fY2NDC: top,
    fBorderSize: 0,
    fFillStyle: 0,
    fNColumns: columns,
    fTextColor: ink,
    fTextFont: FONT,
    fTextSize: 0.9 * TEXT_SIZE * zoom,
    fTextAlign: 12
  });
  for (const entry of entries) {
    legend['fPrimitives'].Add(Object.assign(root.create('TLegendEntry'), entry, { fTextColor: ink }), entry.fOption);
  }
  return legend;
}

/** Height of a legend of so many entries, in a pad of the usual shape. */
export function legendHeight(entries: number): number {
  return 0.052 * (entries > 5 ? Math.ceil(entries / 2) : entries);
}

function makeGraph(root: Root, { values, lower, upper }: Points, { edges }: Axis, wide: boolean): RootObject {
  const bins = Array.from(values.keys()).filter((bin) => Number.isFinite(values[bin]));
  const pick = (each: (bin: number) => number) => Float64Array.from(bins, each);
  const edge = (bin: number) => edges[bin] ?? 0;
  const bar = (ends: Float64Array) => (bin: number) => {
    const length = Math.abs((ends[bin] ?? NaN) - (values[bin] ?? 0));
    return Number.isFinite(length) ? length : 0;
  };
  const half = (bin: number) => (wide ? (edge(bin + 1) - edge(bin)) / 2 : 0);
  return Object.assign(root.create('TGraphAsymmErrors'), {
    fTitle: '',
    fNpoints: bins.length,
    fX: pick((bin) => (edge(bin) + edge(bin + 1)) / 2),
    fY: pick((bin) => values[bin] ?? 0),
    fEXlow: pick(half),
    fEXhigh: pick(half),
    fEYlow: pick(bar(lower)),
    fEYhigh: pick(bar(upper))
  });
}
