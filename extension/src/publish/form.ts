/** What the dialog shows between its title and its buttons: the agenda, a token if one is needed, the findings, and what comes of it. */

import { Notification } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { element, link } from './elements.js';
import { FindingsList } from './findings.js';
import { HeaderFields } from './header.js';
import type { Memory } from './memory.js';
import { Refusal, type Server, type Target } from './server.js';

/** Milliseconds without a key until an address is taken for whole. */
const PAUSE = 300;
/** The agenda's answers after which another token may help. */
const OF_THE_TOKEN = [401, 403];

export class PublishForm extends Widget {
  private readonly url = element('input', {
    type: 'url',
    name: 'url',
    className: 'jp-mod-styled',
    placeholder: 'https://indico.cern.ch/event/123/'
  });
  private readonly token = element('input', {
    type: 'password',
    name: 'token',
    className: 'jp-mod-styled',
    autocomplete: 'off'
  });
  private readonly keep = element('input', { type: 'checkbox', name: 'keep' });
  private readonly place = element('div', { className: 'doublet-publish-place' });
  private readonly credentials = element('div', { hidden: true });
  private readonly header: HeaderFields;
  private readonly list = new FindingsList();
  private readonly words = element('div', { role: 'status', className: 'doublet-publish-status' });
  private target: Target | null = null;
  private timer = 0;
  private asked = 0;
  private busy = false;
  private done = false;
  private preview = '';

  /** `path` is what the server knows the notebook by; `changed` is called when `ready` may have changed. */
  constructor(
    private readonly server: Server,
    private readonly memory: Memory,
    private readonly path: string,
    private readonly changed: () => void
  ) {
    super({ node: element('div', { className: 'doublet-publish' }) });
    const label = element('label', {}, 'Event, contribution or session in the agenda', this.url);
    this.header = new HeaderFields(path.replace(/.*\//, '').replace(/\.ipynb$/, ''));
    this.node.append(label, this.place, this.credentials, this.header.node, this.list.node, this.words);
    this.url.addEventListener('input', () => this.typed());
    this.node.addEventListener('input', () => this.changes());
    this.node.addEventListener('change', () => this.updated());
  }

  /** Whether all is there that sending needs. */
  get ready(): boolean {
    const hasToken = this.credentials.hidden || this.token.value.trim() !== '';
    return !this.busy && !this.done && this.target !== null && hasToken && this.list.passes;
  }

  /** Look at the notebook, and at the agenda that it was in before. */
  async open(): Promise<void> {
    this.say('Looking at the notebook …');
    const { url, author } = await this.memory.of(this.path);
    this.url.value = url;
    this.header.author.value = author;
    const found = this.try(async () => {
      this.list.show(await this.server.check(this.path));
      this.say();
    });
    await Promise.all([found, this.look()]);
  }

  /** Send the notebook, if all is there for it. */
  async send(): Promise<void> {
    if (!this.ready) return;
    const { path, url, token, keep } = this;
    const order = {
      path,
      url: url.value,
      force: this.list.force,
      header: this.header.value,
      token: this.credentials.hidden ? '' : token.value,
      keep: keep.checked
    };
    this.busy = true;
    this.say('Sending …');
    await this.try(async () => {
      const { preview, kept } = await this.server.send(order);
      this.preview = preview;
      this.done = true;
      this.say('Published: ', link(preview, preview));
      if (order.token && order.keep && !kept) this.words.append(' The keyring has not taken the token.');
      this.ask(false);
      await this.memory.keep(path, order.url, order.header?.author ?? '');
    });
    this.busy = false;
    this.updated();
    if (this.isDisposed) this.notify();
  }

  /** Tell who has closed the dialog meanwhile. */
  private notify(): void {
    const open = { label: 'Open', callback: () => void window.open(this.preview, '_blank', 'noopener') };
    const options = { autoClose: false as const, actions: this.done ? [open] : [] };
    Notification.emit(this.words.textContent, this.done ? 'success' : 'error', options);
  }

  /** What is changed after the notebook was sent can be sent, too; its token may have been kept meanwhile. */
  private changes(): void {
    if (this.done) {
      this.done = false;
      this.say();
      void this.look();
    }
    this.updated();
  }

  private typed(): void {
    this.target = null;
    this.done = false;
    this.place.replaceChildren();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), PAUSE);
  }

  /** Find out what the address means; of several answers only the last counts. */
  private async look(): Promise<void> {
    const url = this.url.value.trim();
    this.asked += 1;
    const { asked } = this;
    this.target = null;
    this.place.replaceChildren();
    if (url) {
      try {
        const target = await this.server.target(url);
        if (asked !== this.asked) return;
        this.target = target;
        this.place.replaceChildren('It goes to ', link(target.page, target.page));
        this.ask(!target.token);
      } catch (reason) {
        if (asked !== this.asked) return;
        this.place.replaceChildren(failure(reason));
      }
    }
    this.updated();
  }

  /** Have the user type a token, or not. */
  private ask(wanted: boolean): void {
    this.token.value = '';
    this.credentials.hidden = !wanted;
    if (!wanted || !this.target) return;
    const { host, tokens, keyring } = this.target;
    const hint = element(
      'div',
      {},
      'Make one in ',
      link(tokens, 'Personal tokens'),
      ' with the scope ‘Everything (all methods)’.'
    );
    this.credentials.replaceChildren(element('label', {}, `Token for ${host}`, this.token), hint);
    this.keep.checked = false;
    if (keyring)
      this.credentials.append(element('label', {}, this.keep, ' Keep it in the keyring of the Jupyter server'));
  }

  private async try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      this.say(failure(reason));
      if (reason instanceof Refusal) {
        if (reason.findings) this.list.show(reason.findings);
        if (OF_THE_TOKEN.includes(reason.status)) this.ask(true);
      } else {
        console.error(reason);
      }
    }
    this.updated();
  }

  private say(...words: (Node | string)[]): void {
    this.words.replaceChildren(...words);
  }

  private updated(): void {
    if (!this.isDisposed) this.changed();
  }
}

function failure(reason: unknown): HTMLElement {
  const text = reason instanceof Error ? reason.message : String(reason);
  return element('span', { className: 'doublet-publish-failure' }, text);
}
