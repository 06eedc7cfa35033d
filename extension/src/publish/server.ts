/** What the Jupyter server does for the dialog: it checks notebooks and publishes them (doublet.notebook.publish.server). */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** Something that the checks say of a notebook: `cell` is its place from 1, `count` the number that it was executed with. */
export interface Finding {
  rule: string;
  cell: number;
  count: number | null;
  text: string;
  stops: boolean;
}

/** An agenda: its page, whether there is a token for it, where one is made, and whether a keyring could keep one. */
export interface Target {
  page: string;
  host: string;
  token: boolean;
  tokens: string;
  keyring: boolean;
}

export interface Header {
  title: string;
  author: string;
}

export interface Order {
  path: string;
  url: string;
  force: string[];
  header: Header | null;
  token: string;
  keep: boolean;
}

/** Where a notebook is shown now, and whether the keyring has its token. */
export interface Sent {
  preview: string;
  kept: boolean;
}

/** Why something could not be done, as a sentence; `status` is that of the agenda's answer, 0 if there was none. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status = 0,
    readonly findings: Finding[] | null = null
  ) {
    super(message);
  }
}

export class Server {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async check(path: string): Promise<Finding[]> {
    return (await this.ask<{ findings: Finding[] }>('check', { path })).findings;
  }

  target(url: string): Promise<Target> {
    return this.ask<Target>('target', { url });
  }

  send(order: Order): Promise<Sent> {
    return this.ask<Sent>('send', order);
  }

  /** Ask, and throw a `Refusal` unless there is what was asked for. */
  private async ask<Answer>(what: string, question: object): Promise<Answer> {
    const request = { method: 'POST', body: JSON.stringify(question) };
    let response: Response;
    try {
      const url = URLExt.join(this.settings.baseUrl, 'doublet/publish', what);
      response = await ServerConnection.makeRequest(url, request, this.settings);
    } catch {
      throw new Refusal('The Jupyter server does not answer.');
    }
    let answer: unknown;
    try {
      answer = await response.json();
    } catch {
      throw new Refusal(
        `The Jupyter server cannot publish (HTTP ${response.status}): install doublet[publish] where it runs, and start it again.`
      );
    }
    if (response.ok) return answer as Answer;
    const { message, status, findings } = answer as { message?: string; status?: number; findings?: Finding[] };
    throw new Refusal(message || response.statusText, status, findings);
  }
}
