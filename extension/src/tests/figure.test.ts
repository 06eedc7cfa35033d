import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBins } from '../bins.js';
import { keepScales, scales } from '../choices.js';
import { example, figure, named, objects } from './examples.js';

test('weights have the square root of the sum of their squares as errors', () => {
  const payload = example('weighted');
  const { canvas } = figure(payload);
  const { variances } = readBins(payload.layers[0].histogram);
  assert.deepEqual(named(canvas, 'histogram')['fSumw2'], [...variances]);
});

/** Its contents are more than its own, and it says so to the pointer. */
const TOP = 'Z \u2192 \u00b5\u00b5 + all below';

test('each part of a stack stands on those before it, and is drawn in front of those above it', () => {
  const payload = example('stack');
  const { canvas } = figure(payload);
  const [other, z] = payload.layers.map(({ histogram }) => readBins(histogram).values);
  const shown = objects(canvas).map(({ fName }) => fName);
  assert.ok(shown.indexOf(TOP) < shown.indexOf('other'), String(shown));
  assert.deepEqual([...named(canvas, 'other')['fArray']], [...(other ?? [])]);
  assert.deepEqual(
    [...named(canvas, TOP)['fArray']],
    other?.reduce<number[]>((sum, value, bin) => sum.concat(value + (z?.[bin] ?? 0)), [])
  );
});

test('points have the bars that the data say, as long down as up or not', () => {
  const payload = example('efficiency');
  const graph = named(figure(payload).canvas, 'points');
  const middle = graph['fX'].findIndex((x: number) => x === 91);
  assert.ok(graph['fEYlow'][middle] > 0 && graph['fEYhigh'][middle] > 0);
  assert.notEqual(graph['fEYlow'][0], graph['fEYhigh'][0]);
  assert.ok(graph['fY'].every(Number.isFinite));
});

test('a bin without a number is left out, one of infinite content reaches beyond the frame, and both are said', () => {
  const { canvas, notes } = figure(example('odd'));
  const [, undefinedBin, , infinite] = named(canvas, 'histogram')['fArray'];
  assert.equal(undefinedBin, 0);
  assert.ok(infinite > named(canvas, 'frame')['fMaximum'] && infinite < 1e9);
  assert.deepEqual(notes.slice(1), [
    'Neither drawn nor summed: 1 bin holds no number (NaN).',
    'Drawn up to the frame: 1 bin holds an infinite content.'
  ]);
});

test('bins of a map that hold no number have a grey box, one for all that lie side by side', () => {
  const payload = example('plane', ({ layers: [layer] }) => {
    const { storage } = layer.histogram;
    const values = [...readBins(layer.histogram).values];
    const rows = (readBins(layer.histogram).axes[1]?.size ?? 0) + 2;
    for (const column of [3, 4, 7]) values[column * rows + 2] = Number.NaN;
    assert.ok('values' in storage);
    storage.values = values;
  });
  const boxes = objects(figure(payload).canvas).filter(({ _typename }) => _typename === 'TBox');
  assert.deepEqual(
    boxes.map(({ fX1, fX2 }) => fX2 - fX1),
    [0.5, 0.25]
  );
});

test('statistics of what is far from zero keep their digits', () => {
  const payload = example('counts', ({ layers: [layer] }) => {
    const axis = {
      type: 'regular',
      lower: 1.7e9,
      upper: 1.7e9 + 2,
      bins: 2,
      underflow: false,
      overflow: false
    } as const;
    layer.histogram = {
      uhi_schema: 1,
      axes: [{ ...axis, circular: false }],
      storage: { type: 'double', values: [1, 1] }
    } as never;
  });
  assert.deepEqual(figure(payload).notes, ['2 entries, mean 1.7\u00d710\u2079, std. dev. 0.5']);
});

test('an axis of values shows everything, with some room above', () => {
  const payload = example('counts');
  const frame = named(figure(payload).canvas, 'frame');
  const most = Math.max(...readBins(payload.layers[0].histogram).values);
  assert.equal(frame['fMinimum'], 0);
  assert.ok(frame['fMaximum'] > most && frame['fMaximum'] < 1.3 * most);
});

test('other contents change nothing in the structure, other categories do', () => {
  const { structure } = figure(example('counts'));
  const more = example('counts', ({ layers: [layer] }) => {
    layer.histogram.storage['values'] = (layer.histogram.storage['values'] as number[]).map((value) => 3 * value);
  });
  assert.equal(figure(more).structure, structure);
  const grown = example('channels', ({ layers: [layer] }) => {
    Object.assign(layer.histogram.axes[0] ?? {}, { categories: ['ee', 'mm', 'em'] });
  });
  assert.notEqual(figure(grown).structure, figure(example('channels')).structure);
});

test('a scale that the reader has changed stays with new data, one that the data change does not', () => {
  const shown = figure(example('counts')).canvas;
  const asked = scales(shown);
  shown['fLogy'] = 1;
  const next = figure(example('counts')).canvas;
  keepScales(next, shown, asked);
  assert.deepEqual([next['fLogx'], next['fLogy']], [0, 1]);
  const logarithmic = figure(example('counts', ({ value }) => Object.assign(value, { scale: 'log' }))).canvas;
  keepScales(logarithmic, figure(example('counts')).canvas, asked);
  assert.equal(logarithmic['fLogy'], 1);
});

test('a histogram without axes is its number', () => {
  assert.deepEqual(figure(example('no_axes')).notes, ['Entries: 0 \u00b1 0']);
});

test('contents near the ends of what a number holds leave an axis with finite ends', () => {
  for (const value of [{ scale: 'linear' }, { scale: 'log' }] as const) {
    const payload = example('counts', (changed) => {
      Object.assign(changed.value, value);
      changed.layers[0].histogram.storage['values'] = Array.from({ length: 32 }, (_, bin) =>
        bin % 2 ? 1.7e308 : 1e-310
      );
    });
    const { fMinimum, fMaximum } = named(figure(payload).canvas, 'frame');
    assert.ok(Number.isFinite(fMinimum) && Number.isFinite(fMaximum) && fMinimum < fMaximum, `${fMinimum} ${fMaximum}`);
  }
});

test('a histogram of three dimensions is a grid of the projections that the data ask for', () => {
  const payload = example('space', (changed) => {
    changed.projections = [[0], [1, 2], [2, 0]];
  });
  const types = objects(figure(payload).canvas).map(({ _typename }) => _typename);
  assert.deepEqual(types, ['TH1D', 'TH1D', 'TH2D', 'TH2D']);
  const [, , map] = objects(figure(payload).canvas);
  assert.deepEqual([map?.['fXaxis'].fTitle, map?.['fYaxis'].fTitle], ['y [cm]', 'z [cm]']);
});

test('a map paints a mean of 0 and leaves out bins without entries', () => {
  const payload = example('plane', (changed) => {
    const { histogram } = changed.layers[0];
    histogram.axes = [0, 1].map(() => ({
      type: 'regular',
      lower: 0,
      upper: 2,
      bins: 2,
      circular: false,
      underflow: false,
      overflow: false
    }));
    const [counts, values, variances] = [
      [1, 2, 0, 2],
      [-1, 0, 0, 1],
      [0, 0, 0, 0]
    ].map(
      ([a, b, c, d]) =>
        [
          [a, b],
          [c, d]
        ] as number[][]
    );
    histogram.storage = { type: 'mean', counts, values, variances } as typeof histogram.storage;
  });
  const map = named(figure(payload).canvas, 'histogram');
  const painted = (x: number, y: number) => Boolean(map['fArray'][x + 4 * y] || map['fSumw2'][x + 4 * y]);
  assert.deepEqual([painted(1, 1), painted(1, 2), painted(2, 1), painted(2, 2)], [true, true, false, true]);
  assert.deepEqual([map['fMinimum'], map['fMaximum']], [-1, 1]);
});

test('ratios beyond their panel are marked at its end', () => {
  const payload = example('stack', (changed) => {
    const points = changed.ratio?.points[0];
    if (points) points.values = Array.from({ length: 30 }, (_, bin) => (bin === 3 ? 7 : 1));
  });
  const arrows = objects(figure(payload).canvas).find(({ fName }) => fName === 'above the axis');
  assert.deepEqual([...(arrows?.['fX'] ?? [])], [67]);
});
