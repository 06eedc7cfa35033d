/** "Publish to agenda": a dialog that stays until the notebook is there. */

import { Dialog } from '@jupyterlab/apputils';
import { PublishForm } from './form.js';
import type { Memory } from './memory.js';
import type { Server } from './server.js';

const [CLOSE, PUBLISH] = [0, 1];

export class PublishDialog extends Dialog<void> {
  private readonly form: PublishForm;

  constructor(name: string, path: string, server: Server, memory: Memory) {
    const form = new PublishForm(server, memory, path, () => this.update());
    super({
      title: `Publish ‘${name}’ to an agenda`,
      body: form,
      buttons: [Dialog.cancelButton({ label: 'Close' }), Dialog.okButton({ label: 'Publish' })],
      defaultButton: PUBLISH,
      focusNodeSelector: 'input[type=url]'
    });
    this.form = form;
    this.addClass('doublet-publish-dialog');
  }

  /** Show it; what it is about is a notebook that has been stored. */
  override async launch(): Promise<Dialog.IResult<void>> {
    const closed = super.launch();
    this.update();
    await this.form.open();
    return closed;
  }

  /** A button has been pressed, or Enter: to publish does not close the dialog. */
  override resolve(index: number = PUBLISH): void {
    if (index === PUBLISH) void this.form.send();
    else super.resolve(CLOSE);
  }

  protected override onUpdateRequest(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-Dialog-button.jp-mod-accept');
    if (button) button.disabled = !this.form.ready;
  }
}
