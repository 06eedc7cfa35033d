/** What a histogram of one dimension comes to in numbers, as the static picture's statistics say it. */

import type { Bins } from './bins.js';

const DIGITS = 6;

/** Lines such as `Mean 91.2`; mean and deviation are those of the bins' centres, without under- and overflow. */
export function statistics({ axes, weights, counts }: Bins): string[] {
  const [axis] = axes;
  if (!axis) return [];
  const known = weights.map((weight) => (Number.isFinite(weight) ? weight : 0));
  const lines = [`${counts ? 'Entries' : 'Sum of weights'} ${format(sum(known))}`];
  if (!axis.names) {
    const inside = known.slice(1, -1);
    const centres = inside.map((_, bin) => ((axis.edges[bin] ?? 0) + (axis.edges[bin + 1] ?? 0)) / 2);
    const used = Array.from(inside.keys()).filter((bin) => inside[bin] !== 0);
    const moment = (of: (centre: number) => number) =>
      sum(used.map((bin) => (inside[bin] ?? 0) * of(centres[bin] ?? 0))) / sum(used.map((bin) => inside[bin] ?? 0));
    const mean = moment((centre) => centre);
    const deviation = Math.sqrt(moment((centre) => (centre - mean) ** 2));
    if (Number.isFinite(mean)) lines.push(`Mean ${format(mean)}`);
    if (Number.isFinite(deviation)) lines.push(`Std dev ${format(deviation)}`);
  }
  if (axis.underflow) lines.push(`Underflow ${format(known[0] ?? 0)}`);
  if (axis.overflow) lines.push(`${axis.names ? 'Others' : 'Overflow'} ${format(known.at(-1) ?? 0)}`);
  const nan = weights.filter(Number.isNaN).length;
  const infinite = weights.length - weights.filter(Number.isFinite).length - nan;
  if (nan) lines.push(`Bins that are NaN ${nan}`);
  if (infinite) lines.push(`Infinite bins ${infinite}`);
  return lines;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Whole numbers in full, others to six digits. */
function format(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString('en-US');
  return String(Number(value.toPrecision(DIGITS)));
}
