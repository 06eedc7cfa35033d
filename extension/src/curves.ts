/** What is drawn over one axis: for each layer its bins, or the points and bars that stand for them. */

import { decode, PayloadError } from './arrays.js';
import { type Axis, type Bins, merge, readBins } from './bins.js';
import type { PayloadLayer, UhiPoints } from './payload.js';
import { colorOf } from './root.js';

/** For each bin without under- and overflow: the value and the ends of its bar; NaN where there is nothing to draw. */
export interface Points {
  values: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

export interface Curve {
  layer: PayloadLayer;
  /** Its own bins, which words are of. */
  bins: Bins;
  /** What is drawn: of what is stacked the sum with all below it. */
  drawn: Bins;
  /** Whether that is more than its own. */
  above: boolean;
  /** What is drawn as points; null if bins are. */
  points: Points | null;
  /** By CSS. */
  color: string;
}

/** Read the layers of a picture, with so many bins as one; throws `PayloadError` if they do not fit together. */
export function readCurves(layers: PayloadLayer[], merging = 1): Curve[] {
  let below: Bins | undefined;
  return layers.map((layer, index) => {
    const bins = merge(readBins(layer.histogram), merging);
    const [axis] = bins.axes;
    if (!axis || bins.axes.length > 1) throw new PayloadError('a layer has not one dimension');
    const above = layer.stacked && below !== undefined;
    const drawn = layer.stacked ? stack(bins, below) : bins;
    if (layer.stacked) below = drawn;
    const points = layer.points ? readPoints(layer.points, axis) : layer.draw === 'points' ? pointsOf(bins) : null;
    return { layer, bins, drawn, above, points, color: colorOf(layer, index) };
  });
}

export function readPoints({ values, lower, upper }: UhiPoints, { size }: Axis): Points {
  return { values: decode(values, size), lower: decode(lower, size), upper: decode(upper, size) };
}

/** Values of bins, with bars of one standard deviation where it is known. */
export function pointsOf({ values, variances }: Bins): Points {
  const inside = values.slice(1, -1);
  const errors = variances.slice(1, -1).map((variance) => (variance > 0 ? Math.sqrt(variance) : 0));
  return {
    values: inside,
    lower: inside.map((value, bin) => value - (errors[bin] ?? 0)),
    upper: inside.map((value, bin) => value + (errors[bin] ?? 0))
  };
}

/** The numbers that the axis of values has to hold. */
export function extent({ layer, drawn, points }: Curve): Float64Array[] {
  const shown = points ?? pointsOf(drawn);
  return points || layer.draw === 'errors' ? [shown.values, shown.lower, shown.upper] : [shown.values];
}

/** The axis of a picture: that of its histograms, or one that holds all of them. */
export function commonAxis(curves: Curve[]): Axis {
  const axes = curves.flatMap(({ bins }) => bins.axes);
  const [first] = axes;
  if (!first) throw new PayloadError('there is no axis');
  if (axes.every(({ edges }) => String(edges) === String(first.edges))) return first;
  const low = Math.min(...axes.map(({ edges }) => edges[0] ?? 0));
  const high = Math.max(...axes.map(({ edges }) => edges.at(-1) ?? 0));
  // JSROOT zooms by the bins of the frame: many, so that each histogram can be looked at closely.
  const size = 1000;
  const edges = Float64Array.from({ length: size + 1 }, (_, index) => low + ((high - low) * index) / size);
  return { size, edges, regular: true, names: null, underflow: false, overflow: false };
}

function stack(bins: Bins, below: Bins | undefined): Bins {
  if (below && below.values.length !== bins.values.length) throw new PayloadError('what is stacked has other bins');
  return {
    ...bins,
    values: bins.values.map((value, bin) => (Number.isFinite(value) ? value : 0) + (below?.values[bin] ?? 0)),
    variances: bins.variances.map((variance, bin) => variance + (below?.variances[bin] ?? 0))
  };
}
