/** The list of what the checks say of a notebook; what stops it can be sent all the same, rule by rule. */

import { element } from './elements.js';
import type { Finding } from './server.js';

/** What is asked of who sends a notebook in spite of a rule; the rules are the server's. */
const IN_SPITE: Record<string, string> = {
  edited: 'Send it although cells are not what was executed',
  errors: 'Send it with its errors',
  order: 'Send it although its cells are not executed in order',
  secrets: 'Send it with what looks like a secret'
};

export class FindingsList {
  readonly node = element('div', { className: 'doublet-publish-findings' });
  private findings: Finding[] | null = null;
  private readonly forced = new Set<string>();

  /** The rules that the user has said not to mind. */
  get force(): string[] {
    return [...this.forced];
  }

  /** Whether nothing stops the notebook any more. */
  get passes(): boolean {
    return this.findings?.every(({ rule, stops }) => !stops || this.forced.has(rule)) ?? false;
  }

  show(findings: Finding[]): void {
    this.findings = findings;
    const stopping = findings.filter(({ stops }) => stops);
    const others = findings.filter(({ stops }) => !stops);
    const rules = [...new Set(stopping.map(({ rule }) => rule))];
    for (const rule of this.forced) if (!rules.includes(rule)) this.forced.delete(rule);
    this.node.replaceChildren();
    if (rules.length) this.node.append(element('h4', {}, 'What stops it'));
    for (const rule of rules) {
      this.node.append(list(stopping.filter((finding) => finding.rule === rule)), this.permission(rule));
    }
    if (others.length) this.node.append(element('h4', {}, 'What to know of it'), list(others));
    if (!findings.length) this.node.append('The checks have found nothing.');
  }

  private permission(rule: string): HTMLElement {
    const box = element('input', { type: 'checkbox', name: rule, checked: this.forced.has(rule) });
    box.addEventListener('change', () => {
      if (box.checked) this.forced.add(rule);
      else this.forced.delete(rule);
    });
    return element('label', {}, box, ` ${IN_SPITE[rule] ?? `Send it in spite of ‘${rule}’`}`);
  }
}

function list(findings: Finding[]): HTMLElement {
  return element('ul', {}, ...findings.map((finding) => element('li', {}, sentence(finding))));
}

function sentence({ cell, count, text }: Finding): string {
  return cell ? `Cell ${cell}${count ? ` [${count}]` : ''}: ${text}` : text;
}
