/** Parts of ROOT objects: what every picture has in common. */

import type { Axis, Bins } from './bins.js';
import type { RootObject } from 'jsroot/core';

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
const COLORS = ['#3f90da', '#ffa90e', '#bd1f01', '#94a4a2', '#832db6', '#a96b59', '#e76300', '#b9ac70', '#717581', '#92dadd'];

export function colorOf(index: number): string {
  return COLORS[index % COLORS.length] as string;
}

const HORIZONTAL_LABELS = 1 << 18;
const NO_STATISTICS = 1 << 9;
const BODY_FONT = 42;
/** Size of the text of axes in pixels, whatever the size of the pad: ROOT's fonts of precision 3. */
const TEXT_SIZE = 0.045;

/** Make an empty pad, or the canvas. */
export function makePad(root: Root, type: 'TCanvas' | 'TPad', name: string, place: Place): RootObject {
  return Object.assign(root.create(type), {
    fName: name,
    fTitle: '',
    fFillStyle: 0,
    fFrameFillStyle: 0,
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

/** Describe an axis of a histogram; the text is as large in a low pad as in a high one. */
export function describeAxis(root: Root, target: RootObject, axis: Axis | null, title: string, zoom = 1): void {
  const ink = root.addColor(INK);
  Object.assign(target, {
    fTitle: title,
    fAxisColor: ink,
    fLabelColor: ink,
    fTitleColor: ink,
    fLabelFont: BODY_FONT,
    fTitleFont: BODY_FONT,
    fLabelSize: TEXT_SIZE * zoom,
    fTitleSize: TEXT_SIZE * zoom
  });
  if (!axis) return;
  target['fNbins'] = axis.edges.length - 1;
  target['fXmin'] = axis.edges[0];
  target['fXmax'] = axis.edges.at(-1);
  if (!axis.regular) target['fXbins'] = Array.from(axis.edges);
  if (axis.names) {
    const list = root.create('THashList');
    axis.names.forEach((name, index) => {
      list['Add'](Object.assign(root.create('TObjString'), { fString: name, fUniqueID: index + 1 }), '');
    });
    target['fLabels'] = list;
    if (axis.names.length < 5) target.fBits |= HORIZONTAL_LABELS;
  }
}

/** Make ROOT's histogram of bins; what is no finite number is left empty. */
export function makeHistogram(root: Root, bins: Bins, name: string): RootObject {
  const [x, y] = bins.axes;
  if (!x) throw new Error('a histogram without axes has no picture');
  const histogram = root.createHistogram(y ? 'TH2D' : 'TH1D', x.edges.length - 1, y && y.edges.length - 1);
  histogram.fName = name;
  histogram.fTitle = '';
  describeAxis(root, histogram['fXaxis'], x, '');
  describeAxis(root, histogram['fYaxis'], y ?? null, '');
  histogram['fArray'] = bins.values.map((value) => (Number.isFinite(value) ? value : 0));
  histogram['fSumw2'] = Array.from(bins.variances, (variance) => (Number.isFinite(variance) ? variance : 0));
  return histogram;
}

export function hideStatistics(histogram: RootObject): void {
  histogram.fBits |= NO_STATISTICS;
}
