import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge, project, readBins } from '../bins.js';
import type { UhiHistogram } from '../payload.js';
import { example } from './examples.js';

const edges = (lower: number, upper: number, bins: number, flow = true) =>
  ({ type: 'regular', lower, upper, bins, underflow: flow, overflow: flow }) as const;

test('numbers of entries are their own variances', () => {
  const { values, variances, counts } = readBins({
    axes: [edges(0, 3, 3)],
    storage: { type: 'double', values: [1, 2, 3, 4, 5] }
  });
  assert.deepEqual([...values], [1, 2, 3, 4, 5]);
  assert.deepEqual([...variances], [1, 2, 3, 4, 5]);
  assert.ok(counts);
});

test('errors that are not known are not made up', () => {
  const { variances, counts } = readBins(example('log_axis').layers[0].histogram);
  assert.ok(variances.every(Number.isNaN));
  assert.ok(!counts);
});

test('an axis without under- and overflow has them empty', () => {
  const { values } = readBins({ axes: [edges(0, 2, 2, false)], storage: { type: 'int', values: [7, 8] } });
  assert.deepEqual([...values], [0, 7, 8, 0]);
});

test('the first axis runs fastest, as it does in ROOT', () => {
  const { values } = readBins({
    axes: [edges(0, 2, 2, false), { type: 'boolean' }],
    storage: {
      type: 'double',
      values: [
        [1, 2],
        [3, 4]
      ]
    }
  });
  // Rows of y, from its underflow to its overflow, of 4 cells of x.
  assert.deepEqual([...values], [0, 0, 0, 0, 0, 1, 3, 0, 0, 2, 4, 0, 0, 0, 0, 0]);
});

test("a mean's variance is that of the sample by the number of entries", () => {
  const { values, variances } = readBins({
    axes: [edges(0, 3, 3, false)],
    storage: { type: 'mean', counts: [4, 1, 0], values: [2.5, 7, 0], variances: [8, 0, 0] }
  });
  assert.deepEqual([...values.slice(1, 4)], [2.5, 7, NaN]);
  assert.deepEqual([...variances.slice(1, 4)], [2, NaN, NaN]);
});

test("a weighted mean's number of entries is the effective one", () => {
  const { variances } = readBins({
    axes: [edges(0, 1, 1, false)],
    storage: { type: 'weighted_mean', sum_of_weights: [6], sum_of_weights_squared: [12], values: [1], variances: [9] }
  });
  assert.equal(variances[1], 3);
});

test('a projection adds all else, with under- and overflow', () => {
  const histogram: UhiHistogram = {
    axes: [edges(0, 1, 1), edges(0, 1, 1), edges(0, 1, 1, false)],
    storage: { type: 'double', values: Array.from({ length: 9 }, (_, cell) => cell) }
  };
  const bins = readBins(histogram);
  assert.deepEqual([...project(bins, [0]).values], [3, 12, 21]);
  assert.deepEqual([...project(bins, [1]).values], [9, 12, 15]);
  // Of two axes, each in its own direction.
  assert.deepEqual([...project(bins, [1, 0]).values], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('an infinite outer edge has a place in the picture', () => {
  const [axis] = readBins(example('odd').layers[0].histogram).axes;
  assert.deepEqual([...(axis?.edges ?? [])], [-1, 0, 1, 2]);
});

test('merged means and their errors are those of all samples together', () => {
  // Samples 1, 2, 6 in the first bin, 3 and 7 in the second, with weights 1, 2, 1 and 3, 1 of the second storage.
  const axes = [edges(0, 2, 2, false)];
  const plain = readBins({ axes, storage: { type: 'mean', counts: [3, 2], values: [3, 5], variances: [7, 8] } });
  const merged = merge(plain, 2);
  assert.deepEqual([...merged.weights], [0, 5, 0]);
  assert.equal(merged.values[1], 19 / 5);
  assert.ok(Math.abs((merged.variances[1] ?? 0) - 26.8 / 4 / 5) < 1e-12);
  const weighted = readBins({
    axes,
    storage: {
      type: 'weighted_mean',
      sum_of_weights: [4, 4],
      sum_of_weights_squared: [6, 10],
      values: [11 / 4, 4],
      variances: [(45 - 121 / 4) / (4 - 6 / 4), 12 / (4 - 10 / 4)]
    }
  });
  const whole = merge(weighted, 2);
  const spread = 45 + 76 - 8 * (27 / 8) ** 2;
  assert.equal(whole.values[1], 27 / 8);
  assert.ok(Math.abs((whole.variances[1] ?? 0) - spread / (8 - 16 / 8) / (64 / 16)) < 1e-12);
});

test('the last bins are merged to a smaller one, and flow bins stay', () => {
  const bins = readBins({ axes: [edges(0, 5, 5)], storage: { type: 'double', values: [9, 1, 2, 3, 4, 5, 8] } });
  const merged = merge(bins, 2);
  assert.deepEqual([...merged.values], [9, 3, 7, 5, 8]);
  assert.deepEqual([...(merged.axes[0]?.edges ?? [])], [0, 2, 4, 5]);
});
