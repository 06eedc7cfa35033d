/** Sanitises HTML as a place does that shows other people's notebooks: node sanitise.js PLACE < HTML. */

import { readFileSync } from 'node:fs';
import createDOMPurify from 'dompurify';
import { JSDOM } from 'jsdom';
import { rehype } from 'rehype';
import rehypeSanitize, { defaultSchema, type Options } from 'rehype-sanitize';

/** GitLab's notebook viewer, see lib/dompurify.js and notebook/cells/output/html.vue in its app/assets/javascripts. */
const GITLAB = {
  ADD_TAGS: ['use'],
  FORBID_ATTR: ['data-remote', 'data-url', 'data-type', 'data-method'],
  FORBID_TAGS: ['style', 'mstyle']
};

/** GitHub's list for Markdown, as unified's maintainers keep it; its notebooks may also have pictures in data: addresses. */
const NOTEBOOK: Options = {
  ...defaultSchema,
  // The style sheets of pandas' tables are in many notebooks there, and show in none.
  strip: ['script', 'style'],
  protocols: { ...defaultSchema.protocols, src: ['http', 'https', 'data'] }
};

function purified(html: string): string {
  return createDOMPurify(new JSDOM('').window).sanitize(html, GITLAB);
}

function listed(html: string, schema: Options): string {
  return String(rehype().data('settings', { fragment: true }).use(rehypeSanitize, schema).processSync(html));
}

const places: Record<string, (html: string) => string> = {
  GitLab: purified,
  GitHub: (html) => listed(html, NOTEBOOK),
  'GitHub, Markdown': (html) => listed(html, defaultSchema)
};

const sanitise = places[process.argv[2] ?? ''];
if (sanitise === undefined) {
  throw new Error(`sanitise.js knows ${Object.keys(places).join('; ')}, not ${process.argv[2]}`);
}
process.stdout.write(sanitise(readFileSync(0, 'utf8')));
