import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project, readBins } from '../bins.js';
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
