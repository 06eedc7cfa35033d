import assert from 'node:assert/strict';
import { test } from 'node:test';
import { label, plain } from '../text.js';

const JOINER = '\u2060';
const shown = (text: string) => text.replaceAll(JOINER, '');

test('LaTeX between dollar signs is TLatex', () => {
  assert.equal(label('$m_{\\mu\\mu}$ [GeV]'), 'm_{#mu#mu} [GeV]');
  assert.equal(label('$p_T^2$'), 'p_{T}^{2}');
  assert.equal(label('$p_\\mathrm{T}$'), 'p_{T}');
  assert.equal(label('$\\sqrt{s}$ = 13 TeV'), '#sqrt{s} = 13 TeV');
  assert.equal(label('$Z \\to \\ell\\ell$'), 'Z \u2192\u2113\u2113');
});

test('a command that nobody knows stays as its name', () => {
  assert.equal(label('$\\frobnicate x$'), 'frobnicatex');
});

test('a single dollar sign is money', () => {
  assert.equal(label('cost [$]'), 'cost [$]');
});

test('what would be TLatex or HTML stays what it says', () => {
  for (const text of ['#it{x}', 'a_{b}', 'n^{2}', '<b>x</b>', 'x @ y', '\\frac']) {
    assert.equal(shown(plain(text)), text);
    assert.notEqual(plain(text), text);
  }
});

/** Small pieces that markup of both kinds is made of, in any order. */
const PIECES = [
  '<',
  '>',
  '"',
  "'",
  '&',
  '#',
  '{',
  '}',
  '[',
  ']',
  '_',
  '^',
  '\\',
  '$',
  'svg',
  'url',
  'script',
  ' ',
  'x',
  '=',
  '@'
];

test('no text, in or out of mathematics, opens a tag, ends an attribute or makes a link', () => {
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let run = 0; run < 20000; run++) {
    const text = Array.from({ length: 1 + next(12) }, () => PIECES[next(PIECES.length)]).join('');
    const made = label(text);
    assert.doesNotMatch(made, /<[a-zA-Z/!?]|["']|#url|#color|#font/, JSON.stringify(text));
  }
});
