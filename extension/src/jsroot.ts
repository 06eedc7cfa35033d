/** JSROOT, loaded when the first histogram is drawn, and set up to live in a notebook. */

import type { Root } from './root.js';
import { INK, PAPER } from './root.js';

export type { Painter } from 'jsroot/draw';

export interface Jsroot extends Root {
  draw: typeof import('jsroot/draw').draw;
  cleanup: typeof import('jsroot/draw').cleanup;
}

const VIRIDIS = 112;
const MEAN_AND_MORE = 111110;

let loading: Promise<Jsroot> | null = null;

/** Load JSROOT once; a failed attempt is forgotten, so that the next one can succeed. */
export function loadJsroot(): Promise<Jsroot> {
  loading ??= load().catch((reason) => {
    loading = null;
    throw reason;
  });
  return loading;
}

async function load(): Promise<Jsroot> {
  const [core, colors, drawing] = await Promise.all([
    import('jsroot/core'),
    import('jsroot/colors'),
    import('jsroot/draw')
  ]);
  Object.assign(core.settings, {
    // Keys belong to cells, the wheel to the notebook.
    HandleKeys: false,
    ZoomWheel: false,
    DragAndDrop: false,
    // No waiting box over the page, and no MathJax from elsewhere.
    ProgressBox: false,
    Latex: core.constants.Latex['Normal'],
    Palette: VIRIDIS
  });
  const ink = colors.addColor(INK);
  Object.assign(core.gStyle, {
    fFrameLineColor: ink,
    fStatTextColor: ink,
    fStatColor: colors.addColor(PAPER),
    fTitleTextColor: ink,
    fTitleFontSize: 0.055,
    fTitleFont: 42,
    fOptStat: MEAN_AND_MORE
  });
  return {
    create: core.create,
    createHistogram: core.createHistogram,
    addColor: (color) => colors.addColor(color),
    draw: drawing.draw,
    cleanup: drawing.cleanup
  };
}
