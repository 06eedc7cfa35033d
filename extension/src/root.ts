/** Parts of ROOT objects: what every picture has in common. */

import type { RootObject } from 'jsroot/core';
import type { Axis, Bins } from './bins.js';
import type { PayloadLayer } from './payload.js';
import { plain } from './text.js';

/** What makes ROOT objects; of JSROOT, which is loaded late. */
export interface Root {
  create(type: string): RootObject;
  createHistogram(type: string, bins: number, binsY?: number): RootObject;
  addColor(color: string): number;
}

/** Where a picture stands in the whole: fractions of its width and height, from the lower left corner. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Colours that follow JupyterLab's theme by themselves. */
export const INK = 'currentColor';
export const PAPER = 'var(--jp-layout-color0, white)';

/** M. Petroff's ten colours, told apart also by the colour-blind (arXiv:2107.02270). */
const COLORS = [
  '#3f90da',
  '#ffa90e',
  '#bd1f01',
  '#94a4a2',
  '#832db6',
  '#a96b59',
  '#e76300',
  '#b9ac70',
  '#717581',
  '#92dadd'
];

/** For lines over a stack: none of its colours, and dark enough to be seen on them. */
const SIGNALS = ['#c2007a', '#006d2c', '#5b2a86'];

/** The colour of a layer by its place in the picture; data have that of the text. */
export function colorOf({ color, role }: PayloadLayer, index: number): string {
  if (color || role === 'data') return color || INK;
  const colors = role === 'signal' ? SIGNALS : COLORS;
  return colors[index % colors.length] ?? INK;
}

/** A colour of which much shines through. */
export function paleOf(color: string): string {
  return /^#[0-9a-f]{6}$/.test(color) ? `${color}26` : 'none';
}

/** What is told apart from curves by being grey. */
export const GREY = '#888888';

const UPRIGHT_NAMES = 1 << 19;
const NO_STATISTICS = 1 << 9;
const NO_TITLE = 1 << 17;
/** Helvetica, sized in parts of the pad. */
export const FONT = 42;
/** Height of text in a pad of the usual shape, 3:2. */
export const TEXT_SIZE = 0.042;

/** Width of a pad of the usual shape in units of its height. */
const USUAL_WIDTH = 1.5;
/** Mean width of a letter in units of its height. */
const GLYPH = 0.5;
/** Names are cut to this many letters. */
const LONGEST_NAME = 22;

/** Make an empty pad, or the canvas. */
export function makePad(root: Root, type: 'TCanvas' | 'TPad', name: string, place: Place): RootObject {
  return Object.assign(root.create(type), {
    fName: name,
    fTitle: '',
    fFillStyle: 0,
    fFrameFillColor: root.addColor(PAPER),
    fFrameFillStyle: 1001,
    fFrameLineColor: root.addColor(INK),
    fTickx: 1,
    fTicky: 1,
    fXlowNDC: place.x,
    fYlowNDC: place.y,
    fXUpNDC: place.x + place.width,
    fYUpNDC: place.y + place.height,
    fWNDC: place.width,
    fHNDC: place.height,
    fAbsXlowNDC: place.x,
    fAbsYlowNDC: place.y,
    fAbsWNDC: place.width,
    fAbsHNDC: place.height
  });
}

export function addTo(pad: RootObject, object: RootObject, option: string): void {
  pad['fPrimitives'].Add(object, option);
}

/** Describe an axis; `zoom` makes its text larger, as a low pad needs it. */
export function styleAxis(root: Root, target: RootObject, title: string, zoom: number): void {
  const ink = root.addColor(INK);
  Object.assign(target, {
    fTitle: title,
    fAxisColor: ink,
    fLabelColor: ink,
    fTitleColor: ink,
    fLabelFont: FONT,
    fTitleFont: FONT,
    fLabelSize: TEXT_SIZE * zoom,
    fTitleSize: TEXT_SIZE * zoom
  });
}

/** Make room for the names of categories below a frame, upright ones if they are too long to lie side by side. */
export function styleNames(pad: RootObject, target: RootObject, names: string[], zoom: number): void {
  const longest = names.reduce((most, name) => Math.max(most, shorten(name).length), 0);
  const width = 1 - pad['fLeftMargin'] - pad['fRightMargin'];
  const size = TEXT_SIZE * zoom;
  const slot = (width * USUAL_WIDTH) / names.length;
  const upright = longest * GLYPH * size > 0.9 * slot;
  // ROOT writes names two thirds as large as numbers.
  target['fLabelSize'] = 1.5 * (upright ? Math.min(size, 0.9 * slot) : size);
  if (!upright) return;
  target.fBits |= UPRIGHT_NAMES;
  const room = longest * GLYPH * (target['fLabelSize'] / 1.5) + 0.02;
  pad['fBottomMargin'] = room + 1.2 * size;
  target['fTitleOffset'] = (room + 0.5 * size) / size / 1.6;
}

/** Cut the middle out of a long name: what tells names apart is often at their end. */
function shorten(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const half = LONGEST_NAME / 2;
  return `${name.slice(0, half)}\u2026${name.slice(1 - half)}`;
}

function setBins(root: Root, target: RootObject, axis: Axis): void {
  target['fNbins'] = axis.edges.length - 1;
  target['fXmin'] = axis.edges[0];
  target['fXmax'] = axis.edges.at(-1);
  target['fXbins'] = axis.regular ? [] : Array.from(axis.edges);
  if (axis.names) {
    const list = root.create('THashList');
    axis.names.forEach((name, index) => {
      list['Add'](
        Object.assign(root.create('TObjString'), { fString: plain(shorten(name)), fUniqueID: index + 1 }),
        ''
      );
    });
    target['fLabels'] = list;
  }
}

/** Make ROOT's histogram of bins; what is no finite number is left empty. */
export function makeHistogram(root: Root, bins: Bins, name: string): RootObject {
  const [x, y] = bins.axes;
  if (!x) throw new Error('a histogram without axes has no picture');
  const histogram = root.createHistogram(y ? 'TH2D' : 'TH1D', x.edges.length - 1, y && y.edges.length - 1);
  histogram.fName = name;
  histogram.fTitle = '';
  // JSROOT's own would not be updated, and its standard deviation loses digits far from zero.
  histogram.fBits |= NO_STATISTICS | NO_TITLE;
  setBins(root, histogram['fXaxis'], x);
  if (y) setBins(root, histogram['fYaxis'], y);
  histogram['fArray'] = bins.values.map((value) => (Number.isFinite(value) ? value : 0));
  histogram['fSumw2'] = Array.from(bins.variances, (variance) => (Number.isFinite(variance) ? variance : 0));
  return histogram;
}

/** Write a title above a pad's frame. */
export function makeTitle(root: Root, text: string, top: number, zoom: number): RootObject {
  const pave = root.create('TPaveText');
  pave['fLines'].Add(Object.assign(root.create('TLatex'), { fTitle: text, fTextColor: 0, fTextSize: 0 }), '');
  return Object.assign(pave, {
    fName: 'heading',
    fX1NDC: 0.1,
    fY1NDC: 1 - top,
    fX2NDC: 0.96,
    fY2NDC: 1,
    fBorderSize: 0,
    fFillStyle: 0,
    fTextFont: FONT,
    fTextAlign: 22,
    fTextSize: 1.15 * TEXT_SIZE * zoom,
    fTextColor: root.addColor(INK)
  });
}

/** Colours for maps, even steps between those given: JSROOT takes them for the pad that holds them. */
export function makePalette(root: Root, colors: string[]): RootObject {
  const arr: RootObject[] = [];
  const steps = 12;
  const parts = colors.map((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
  parts.slice(1).forEach((to, index) => {
    const from = parts[index] ?? to;
    for (let step = 0; step < steps; step++) {
      const [fRed, fGreen, fBlue] = from.map((part, at) => (part + (((to[at] ?? 0) - part) * step) / steps) / 255);
      arr.push(Object.assign(root.create('TColor'), { fRed, fGreen, fBlue, fAlpha: 1 }));
    }
  });
  return Object.assign(root.create('TObjArray'), { name: 'CurrentColorPalette', arr });
}
