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
  /** Of means: the sums of squared weights, and of squared distances of samples from their mean. */
  squares: Float64Array;
  spread: Float64Array;
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
    bins.squares[cell] = read.squares[source] ?? 0;
    bins.spread[cell] = read.spread[source] ?? 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] ?? 0) + 1;
      if ((position[axis] ?? 0) < (shape[axis] ?? 0)) break;
      position[axis] = 0;
    }
  }
  return bins;
}

/** Keep some axes and add the bins of all others, under- and overflow included. */
export function project(bins: Bins, kept: number[]): Bins {
  const lengths = bins.axes.map(({ edges }) => edges.length + 1);
  const axes = kept.map((axis) => bins.axes[axis]).filter((axis) => axis !== undefined);
  if (axes.length < kept.length) throw new PayloadError('a projection is on an axis that is not there');
  const strides = kept.map((_, at) => product(kept.slice(0, at).map((axis) => lengths[axis] ?? 1)));
  const target = (cell: number) =>
    kept.reduce((sum, axis, at) => {
      const index = Math.floor(cell / product(lengths.slice(0, axis))) % (lengths[axis] ?? 1);
      return sum + index * (strides[at] ?? 0);
    }, 0);
  return add(bins, axes, target);
}

/** Make one bin of each `factor` bins of the only axis, and of the last ones that are left. */
export function merge(bins: Bins, factor: number): Bins {
  const [axis] = bins.axes;
  if (!axis || bins.axes.length > 1 || factor < 2) return bins;
  const size = Math.ceil(axis.size / factor);
  const edges = Float64Array.from(
    { length: size + 1 },
    (_, bin) => axis.edges[Math.min(bin * factor, axis.size)] ?? NaN
  );
  const regular = axis.regular && axis.size % factor === 0;
  const target = (cell: number) => (cell === 0 ? 0 : cell > axis.size ? size + 1 : Math.floor((cell - 1) / factor) + 1);
  return add(bins, [{ ...axis, size, edges, regular }], target);
}

/**
 * Add bins up where they are to lie.
 *
 * Means are those of all samples: the squared distances from a common mean are those from each bin's own, and the
 * distance of that from the common one for each entry.
 */
function add(bins: Bins, axes: Axis[], target: (cell: number) => number): Bins {
  const found: Bins = { ...bins, ...empty(product(axes.map(({ edges }) => edges.length + 1))), axes };
  const grow = (to: Float64Array, cell: number, by: number) => {
    to[cell] = (to[cell] ?? 0) + by;
  };
  const at = (values: Float64Array, cell: number) => values[cell] ?? 0;
  bins.values.forEach((value, cell) => {
    const to = target(cell);
    grow(found.weights, to, at(bins.weights, cell));
    grow(found.squares, to, at(bins.squares, cell));
    if (bins.sums) grow(found.variances, to, at(bins.variances, cell));
    if (bins.sums) grow(found.values, to, value);
    else if (!Number.isNaN(value)) grow(found.values, to, value * at(bins.weights, cell));
  });
  if (bins.sums) return found;
  found.values = found.values.map((sum, cell) => (at(found.weights, cell) > 0 ? sum / at(found.weights, cell) : NaN));
  bins.values.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    const to = target(cell);
    grow(found.spread, to, at(bins.spread, cell) + at(bins.weights, cell) * (value - at(found.values, to)) ** 2);
  });
  found.variances = found.spread.map((sum, cell) =>
    varianceOfMean(sum, at(found.weights, cell), at(found.squares, cell))
  );
  return found;
}

/** The variance of a mean, NaN where there are no two entries: one alone says nothing about the spread. */
function varianceOfMean(spread: number, weights: number, squares: number): number {
  const entries = weights ** 2 / squares;
  return entries > 1 ? spread / (weights - squares / weights) / entries : NaN;
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
      return {
        ...NO_SAMPLES,
        values,
        variances: values.map((value) => (known ? value : NaN)),
        weights: values,
        sums: true,
        counts
      };
    }
    case 'weighted': {
      const variances = array('variances');
      const counts = values.every((value, bin) => value >= 0 && Number.isInteger(value) && value === variances[bin]);
      return { ...NO_SAMPLES, values, variances, weights: values, sums: true, counts };
    }
    case 'mean': {
      const counts = array('counts');
      return means(values, array('variances'), counts, counts);
    }
    case 'weighted_mean': {
      const weights = array('sum_of_weights');
      const squares = array('sum_of_weights_squared');
      return means(values, array('variances'), weights, squares);
    }
    default:
      throw new PayloadError(`a histogram's storage is '${storage.type}', which is not known here`);
  }
}

const NO_SAMPLES = { squares: new Float64Array(), spread: new Float64Array() };

function means(
  values: Float64Array,
  variances: Float64Array,
  weights: Float64Array,
  squares: Float64Array
): Omit<Bins, 'axes'> {
  const spread = variances.map((variance, bin) => {
    const [sum = 0, square = 0] = [weights[bin], squares[bin]];
    return sum ** 2 > square ? variance * (sum - square / sum) : 0;
  });
  return {
    weights,
    squares,
    spread,
    values: values.map((value, bin) => ((weights[bin] ?? 0) > 0 ? value : NaN)),
    variances: spread.map((sum, bin) => varianceOfMean(sum, weights[bin] ?? 0, squares[bin] ?? 0)),
    sums: false,
    counts: weights.every(Number.isInteger)
  };
}

/** A histogram with nothing in it. */
export function emptyBins(axes: Axis[]): Bins {
  return { axes, ...empty(product(axes.map(({ size }) => size + 2))), sums: true, counts: true };
}

function empty(cells: number): Pick<Bins, 'values' | 'variances' | 'weights' | 'squares' | 'spread'> {
  const zeros = () => new Float64Array(cells);
  return { values: zeros(), variances: zeros(), weights: zeros(), squares: zeros(), spread: zeros() };
}

function product(numbers: number[]): number {
  return numbers.reduce((all, each) => all * each, 1);
}
