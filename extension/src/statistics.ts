/** What a histogram comes to in numbers, with the words and the definitions of the static picture's statistics. */

import type { Axis, Bins } from './bins.js';

/** One line, such as `803 entries, mean 90.75, std. dev. 2.992, underflow 1`. */
export function summary({ axes, weights, counts }: Bins): string {
  const known = weights.map((weight) => (Number.isNaN(weight) ? 0 : weight));
  const total = format(sum(known), 6);
  const parts = [counts ? `${total} ${total === '1' ? 'entry' : 'entries'}` : `sum of weights ${total}`];
  const [axis] = axes;
  if (axis && axes.length === 1) {
    const { mean, deviation } = moments(axis, known.slice(1, -1));
    if (!axis.names && Number.isFinite(mean)) parts.push(`mean ${format(mean)}`);
    if (!axis.names && Number.isFinite(mean) && Number.isFinite(deviation))
      parts.push(`std. dev. ${format(deviation)}`);
    if (known[0]) parts.push(`underflow ${format(known[0])}`);
    const above = known.at(-1);
    if (above) parts.push(`overflow ${format(above)}`);
  }
  return parts.join(', ');
}

/** What a histogram without axes holds, with its error where that is known. */
export function amount({ values: [value = NaN], variances: [variance = NaN] }: Bins): string {
  return Number.isNaN(variance) ? format(value) : `${format(value)} \u00b1 ${format(Math.sqrt(variance))}`;
}

/** What a picture of it leaves out or changes, a sentence each. */
export function remarks({ values, sums, variances }: Bins): string[] {
  const undefinedBins = sums ? values.filter(Number.isNaN).length : 0;
  const infinite = values.filter((value) => Math.abs(value) === Infinity).length;
  const said: string[] = [];
  if (undefinedBins) said.push(`Neither drawn nor summed: ${bins(undefinedBins)} no number (NaN).`);
  if (infinite) said.push(`Drawn up to the frame: ${bins(infinite)} an infinite content.`);
  if (sums && values.length && variances.every(Number.isNaN)) {
    said.push('There are no errors: its storage keeps no variances of weights, sums and multiples.');
  }
  return said;
}

/**
 * Mean and standard deviation of the centres of the bins, weighted by what is in them.
 *
 * The differences from the mean are squared rather than the centres: what is far from zero would lose its digits.
 */
function moments({ edges }: Axis, inside: Float64Array): { mean: number; deviation: number } {
  const used = Array.from(inside.keys()).filter((bin) => inside[bin] !== 0);
  const centre = (bin: number) => ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2;
  const total = sum(used.map((bin) => inside[bin] ?? 0));
  const mean = sum(used.map((bin) => (inside[bin] ?? 0) * centre(bin))) / total;
  const deviation = Math.sqrt(sum(used.map((bin) => (inside[bin] ?? 0) * (centre(bin) - mean) ** 2)) / total);
  return { mean, deviation };
}

function bins(count: number): string {
  return count === 1 ? '1 bin holds' : `${count.toLocaleString('en-US')} bins hold`;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const SUPERSCRIPTS = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079';

/** Write a number for people: thousands apart, powers of ten raised. */
function format(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : value < 0 ? '\u2212\u221e' : 'NaN';
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value.toLocaleString('en-US').replace('-', '\u2212');
  const rounded = Number(value.toPrecision(digits));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  if (exponent >= -4 && exponent < digits) return String(rounded).replace('-', '\u2212');
  const mantissa = Number((rounded / 10 ** exponent).toPrecision(digits));
  const raised = String(exponent)
    .replace('-', '\u207b')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  return `${mantissa}\u00d710${raised}`.replace(/^-/, '\u2212');
}
