/** What who publishes has filled in before: the next time, it is there. */

import type { IStateDB } from '@jupyterlab/statedb';

const KEY = 'doublet:publish';
const KEPT = 50;

interface Stored {
  /** Notebooks' paths with their agendas' addresses, the last one that was published at the end. */
  addresses: [path: string, url: string][];
  author: string;
}

const NOTHING: Stored = { addresses: [], author: '' };

export class Memory {
  constructor(private readonly state: IStateDB | null) {}

  /** The address that a notebook was sent to, else that of the last notebook, and the last author; empty if there was none. */
  async of(path: string): Promise<{ url: string; author: string }> {
    const { addresses, author } = await this.stored();
    const pair = addresses.find(([other]) => other === path) ?? addresses.at(-1);
    return { url: pair?.[1] ?? '', author };
  }

  /** Note what a notebook was sent with; without an author, the last one stays. */
  async keep(path: string, url: string, author: string): Promise<void> {
    const stored = await this.stored();
    const others = stored.addresses.filter(([other]) => other !== path);
    const addresses: Stored['addresses'] = [...others, [path, url]];
    await this.state?.save(KEY, { addresses: addresses.slice(-KEPT), author: author || stored.author });
  }

  private async stored(): Promise<Stored> {
    const stored = (await this.state?.fetch(KEY)) as Partial<Stored> | undefined;
    return { ...NOTHING, ...stored };
  }
}
