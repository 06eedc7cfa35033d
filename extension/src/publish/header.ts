/** The lines that a notebook begins with in an agenda, if they are wanted: its title, from whom it is, and where. */

import { element } from './elements.js';
import type { Header } from './server.js';

export class HeaderFields {
  readonly node = element('div');
  readonly author = element('input', { type: 'text', name: 'author', className: 'jp-mod-styled' });
  private readonly title = element('input', { type: 'text', name: 'title', className: 'jp-mod-styled' });
  private readonly wanted = element('input', { type: 'checkbox', name: 'header' });

  constructor(title: string) {
    this.title.value = title;
    const fields = element(
      'div',
      { hidden: true, className: 'doublet-publish-fields' },
      element('label', {}, 'Title', this.title),
      element('label', {}, 'Author', this.author)
    );
    this.wanted.addEventListener('change', () => {
      fields.hidden = !this.wanted.checked;
    });
    const label = ' Begin with a few lines: title, author, date, kernel, where the notebook is';
    this.node.append(element('label', {}, this.wanted, label), fields);
  }

  /** What is to be told, null if nothing is. */
  get value(): Header | null {
    return this.wanted.checked ? { title: this.title.value, author: this.author.value } : null;
  }
}
