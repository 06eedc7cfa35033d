/** HTML made of data: what comes from a notebook or a server is text, never HTML. */

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** A link that opens a page beside JupyterLab; words only, if what should be its address is none of a page. */
export function link(url: string, text: string): HTMLElement {
  if (!/^https?:\/\//.test(url)) return element('span', {}, text);
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);
}
