/** How far an axis of values reaches. */

/** What an axis can show: beyond it, differences of two values are no numbers any more. */
export const MOST = 8e307;

export class Range {
  private lowest = Infinity;
  private highest = -Infinity;
  private lowestPositive = Infinity;

  /** Take in numbers; what is not finite is not drawn and left out. */
  include(values: Iterable<number>): void {
    for (const value of values) {
      if (!(Math.abs(value) < MOST)) continue;
      this.lowest = Math.min(this.lowest, value);
      this.highest = Math.max(this.highest, value);
      if (value > 0) this.lowestPositive = Math.min(this.lowestPositive, value);
    }
  }

  /** The ends of a linear axis, with some room above; from 0 if that is what bars stand on. */
  linear(fromZero: boolean, room: number): [number, number] {
    if (this.lowest > this.highest) return [0, 1];
    const low = fromZero ? Math.min(0, this.lowest) : this.lowest;
    const high = fromZero ? Math.max(0, this.highest) : this.highest;
    if (low === high) return low === 0 ? [0, 1] : [Math.min(0, 2 * low), Math.max(0, 2 * high)];
    const length = high - low;
    return [low < 0 || !fromZero ? low - 0.05 * length : low, high + room * length];
  }

  /** The ends of a logarithmic axis; what is 0 or below lies under it. */
  logarithmic(room: number): [number, number] {
    if (this.lowestPositive > this.highest) return [0.1, 10];
    const low = this.lowestPositive / 2;
    return [low, this.highest * (this.highest / low) ** room * 1.5];
  }
}
