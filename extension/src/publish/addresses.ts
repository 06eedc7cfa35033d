/** The agendas that notebooks were published in: the next time, their addresses are there. */

import type { IStateDB } from '@jupyterlab/statedb';

const KEY = 'doublet:publish';
const KEPT = 50;

/** Notebooks' paths with their agendas' addresses, the last one that was published at the end. */
type Pairs = [path: string, url: string][];

export class Addresses {
  constructor(private readonly state: IStateDB | null) {}

  /** The address that a notebook was sent to, else that of the last notebook, empty if there was none. */
  async of(path: string): Promise<string> {
    const pairs = await this.pairs();
    return (pairs.find(([other]) => other === path) ?? pairs.at(-1))?.[1] ?? '';
  }

  async remember(path: string, url: string): Promise<void> {
    const others = (await this.pairs()).filter(([other]) => other !== path);
    await this.state?.save(KEY, [...others, [path, url]].slice(-KEPT));
  }

  private async pairs(): Promise<Pairs> {
    const stored = await this.state?.fetch(KEY);
    return Array.isArray(stored) ? (stored as unknown as Pairs) : [];
  }
}
