/**
 * Text for JSROOT, which reads titles as TLatex and puts some of them into menus and dialogs as HTML.
 *
 * Labels come from files that others have made: what is markup in either language is made plain, and LaTeX
 * between dollar signs, as Python's plots understand it, becomes TLatex.
 */

/** Keeps apart what would be read as one; nobody sees it. */
const JOINER = '\u2060';

const COMMANDS: Record<string, string> = {
  ell: '\u2113',
  hbar: '\u210f',
  ldots: '\u2026',
  cdot: '\u22c5',
  to: '\u2192',
  rightarrow: '\u2192',
  leq: '\u2264',
  le: '\u2264',
  geq: '\u2265',
  ge: '\u2265',
  ',': '\u2009',
  ';': '\u2005',
  ' ': ' ',
  '!': '',
  '%': '%',
  '#': `#${JOINER}`
};

/** Commands whose argument alone stays: fonts, which a label does without. */
const FONTS = /\\(?:mathrm|mathit|mathbf|mathsf|text|textrm|operatorname|rm|it|bf|left|right)(?![a-zA-Z])\s*/g;

/** Commands that TLatex has under the same name, those with arguments included. */
const SHARED = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi rho ' +
    'sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ' +
    'infty pm mp times propto partial neq equiv approx otimes oplus cap cup subset supset in notin nabla prod sum ' +
    'int forall exists perp parallel circ bullet sqrt frac bar hat tilde vec dot overline underline leftarrow'
  ).split(' ')
);

/** Make text that JSROOT shows as it stands, wherever it shows it. */
export function plain(text: string): string {
  return text
    .replace(/[#_^\\<&@]/g, (sign) => sign + JOINER)
    .replaceAll('"', '\u201d')
    .replaceAll("'", '\u2019');
}

/** Make a label, in which `$...$` is LaTeX, JSROOT's. */
export function label(text: string): string {
  const parts = text.split('$');
  // An odd number of signs is no mathematics but money, or a mistake: nothing is lost.
  if (parts.length % 2 === 0) return plain(text);
  return parts.map((part, index) => (index % 2 ? mathematics(part) : plain(part))).join('');
}

function mathematics(latex: string): string {
  return plain(latex.replace(FONTS, ''))
    .replaceAll(`\\${JOINER}`, '\\')
    .replace(/([_^])\u2060(\{|\\[a-zA-Z]+|.)?/g, (_, sign: string, next = '') =>
      next === '{' ? `${sign}{` : `${sign}{${next}}`
    )
    .replace(
      /\\([a-zA-Z]+|.)\s*/g,
      (_, name: string) => COMMANDS[name] ?? (SHARED.has(name) ? `#${name}` : plain(name))
    );
}
