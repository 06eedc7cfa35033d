/** The numbers of a histogram in UHI's serialization schema, in ROOT's order of cells. */

import { decode, decodeAny, PayloadError } from './arrays.js';
import type { UhiAxis, UhiHistogram } from './payload.js';

export interface Axis {
  /** How many bins there are, without under- and overflow. */
  size: number;
  /** Edges of the bins, one more than there are bins. */
  edges: Float64Array;
  regular: boolean;
  /** Names of the bins of a category. */
  names: string[] | null;
  underflow: boolean;
  overflow: boolean;
}

/** What all bins hold, under- and overflow included (as ROOT does always), the first axis running fastest. */
export interface Bins {
  axes: Axis[];
  /** NaN in a bin that has no value, as a mean without entries. */
  values: Float64Array;
  /** NaN where they are not known. */
  variances: Float64Array;
  /** Whether bins are numbers of entries or sums of weights, rather than means. */
  sums: boolean;
  /** What counts in statistics: the values, or of means the (sums of weights of the) entries. */
  weights: Float64Array;
  /** Whether weights are numbers of entries. */
  counts: boolean;
}

export function readAxis(axis: UhiAxis): Axis {
  switch (axis.type) {
    case 'regular': {
      const { bins, lower, upper } = axis;
      const edges = Float64Array.from({ length: bins + 1 }, (_, index) => lower + ((upper - lower) * index) / bins);
      return { size: bins, edges, regular: true, names: null, ...flow(axis) };
    }
    case 'variable': {
      const edges = finite(decodeAny(axis.edges));
      return { size: edges.length - 1, edges, regular: false, names: null, ...flow(axis) };
    }
    default: {
      const names = axis.type === 'boolean' ? ['False', 'True'] : axis.categories.map(String);
      const edges = Float64Array.from({ length: names.length + 1 }, (_, index) => index);
      const overflow = axis.type !== 'boolean' && axis.flow;
      return { size: names.length, edges, regular: true, names, underflow: false, overflow };
    }
  }
}

function flow({ underflow, overflow }: { underflow: boolean; overflow: boolean }) {
  return { underflow, overflow };
}

/**
 * Read a histogram.
 *
 * The variance of a count is the count, of a sum of weights the sum of their squares, and of a mean the variance of
 * the sample divided by its (effective) number of entries, as boost-histogram's `variances()` has them.
 * Throws `PayloadError` for arrays that do not fit the axes.
 */
export function readBins(histogram: UhiHistogram): Bins {
  const axes = histogram.axes.map(readAxis);
  const shape = axes.map((axis) => axis.size + Number(axis.underflow) + Number(axis.overflow));
  const read = readStorage(histogram, product(shape));
  const cells = product(axes.map((axis) => axis.edges.length + 1));
  const bins: Bins = { ...read, ...empty(cells), axes };
  const strides = axes.map((_, axis) => product(axes.slice(0, axis).map(({ edges }) => edges.length + 1)));
  const position = axes.map(() => 0);
  for (let source = 0; source < read.values.length; source++) {
    // UHI leaves out flow bins that an axis does not have; ROOT has all.
    const cell = axes.reduce(
      (sum, { underflow }, axis) => sum + ((position[axis] ?? 0) + Number(!underflow)) * (strides[axis] ?? 0),
      0
    );
    bins.values[cell] = read.values[source] ?? NaN;
    bins.variances[cell] = read.variances[source] ?? NaN;
    bins.weights[cell] = read.weights[source] ?? NaN;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] ?? 0) + 1;
      if ((position[axis] ?? 0) < (shape[axis] ?? 0)) break;
      position[axis] = 0;
    }
  }
  return bins;
}

/** Keep some axes and add the bins of all others, under- and overflow included; only sums can be added. */
export function project(bins: Bins, kept: number[]): Bins {
  if (!bins.sums) throw new PayloadError('a profile of more than two dimensions cannot be projected');
  const lengths = bins.axes.map(({ edges }) => edges.length + 1);
  const axes = kept.map((axis) => bins.axes[axis]).filter((axis) => axis !== undefined);
  if (axes.length < kept.length) throw new PayloadError('a projection is on an axis that is not there');
  const cells = product(kept.map((axis) => lengths[axis] ?? 0));
  const projected: Bins = { ...bins, ...empty(cells), axes };
  bins.values.forEach((value, cell) => {
    let target = 0;
    let stride = 1;
    for (const axis of kept) {
      const length = lengths[axis] ?? 1;
      target += (Math.floor(cell / product(lengths.slice(0, axis))) % length) * stride;
      stride *= length;
    }
    projected.values[target] = (projected.values[target] ?? 0) + value;
    projected.variances[target] = (projected.variances[target] ?? 0) + (bins.variances[cell] ?? 0);
    projected.weights[target] = (projected.weights[target] ?? 0) + (bins.weights[cell] ?? 0);
  });
  return projected;
}

/** Outer edges may be infinite; such a bin is drawn as wide as all others together. */
function finite(edges: Float64Array): Float64Array {
  const known = edges.filter(Number.isFinite);
  const [low = 0, high = low] = [known[0], known.at(-1)];
  const length = high - low || 1;
  return edges.map((edge) => (Number.isFinite(edge) ? edge : edge < 0 ? low - length : high + length));
}

function readStorage({ storage, writer_info }: UhiHistogram, size: number): Omit<Bins, 'axes'> {
  const array = (name: string) => decode(storage[name], size);
  const values = array('values');
  switch (storage.type) {
    case 'int':
    case 'double': {
      const known = writer_info?.['doublet']?.['variance_known'] !== false;
      const counts = known && values.every((value) => value >= 0 && Number.isInteger(value));
      return { values, variances: values.map((value) => (known ? value : NaN)), weights: values, sums: true, counts };
    }
    case 'weighted': {
      const variances = array('variances');
      const counts = values.every((value, bin) => value >= 0 && Number.isInteger(value) && value === variances[bin]);
      return { values, variances, weights: values, sums: true, counts };
    }
    case 'mean': {
      const counts = array('counts');
      return means(values, array('variances'), counts, counts);
    }
    case 'weighted_mean': {
      const weights = array('sum_of_weights');
      const squares = array('sum_of_weights_squared');
      const effective = weights.map((sum, bin) => sum ** 2 / (squares[bin] ?? 0));
      return means(values, array('variances'), effective, weights);
    }
    default:
      throw new PayloadError(`a histogram's storage is '${storage.type}', which is not known here`);
  }
}

function means(
  values: Float64Array,
  sample: Float64Array,
  counts: Float64Array,
  weights: Float64Array
): Omit<Bins, 'axes'> {
  return {
    weights,
    values: values.map((value, bin) => ((counts[bin] ?? 0) > 0 ? value : NaN)),
    // One entry alone says nothing about the spread.
    variances: sample.map((variance, bin) => ((counts[bin] ?? 0) > 1 ? variance / (counts[bin] ?? 0) : NaN)),
    sums: false,
    counts: weights.every(Number.isInteger)
  };
}

/** A histogram with nothing in it. */
export function emptyBins(axes: Axis[]): Bins {
  return { axes, ...empty(product(axes.map(({ size }) => size + 2))), sums: true, counts: true };
}

function empty(cells: number): Pick<Bins, 'values' | 'variances' | 'weights'> {
  return { values: new Float64Array(cells), variances: new Float64Array(cells), weights: new Float64Array(cells) };
}

function product(numbers: number[]): number {
  return numbers.reduce((all, each) => all * each, 1);
}
