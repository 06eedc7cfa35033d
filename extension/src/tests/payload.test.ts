import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadError } from '../arrays.js';
import { example, figure, names, read } from './examples.js';

for (const name of names('valid')) {
  test(`a picture is made of ${name}`, () => {
    const { canvas, shape, notes } = figure(read('valid', name));
    assert.ok(shape > 0 ? canvas['fPrimitives'].arr.length > 0 : notes.length > 0);
  });
}

for (const name of names('invalid')) {
  test(`of ${name} there is a sentence why there is no picture`, () => {
    assert.throws(
      () => figure(read('invalid', name)),
      (reason: Error) => reason instanceof PayloadError && /^[^\n]{20,200}$/.test(reason.message)
    );
  });
}

test('data of a newer version say what to update', () => {
  assert.throws(() => figure({ ...example('counts'), version: 7 }), /version 7 .* draws version 1: update Doublet/);
});

for (const nothing of [null, undefined, 'text', 3, [], {}]) {
  test(`${JSON.stringify(nothing)} is no histogram, and said to be none`, () => {
    assert.throws(() => figure(nothing), /no histogram data/);
  });
}

test('an array in a broken URI is named', () => {
  const broken = example('counts', ({ layers: [layer] }) => {
    layer.histogram.storage['values'] = 'data:application/vnd.doublet.array;dtype=float64;base64,AAAA';
  });
  assert.throws(() => figure(broken), /ends within a number/);
});
