/** JSROOT, loaded when the first histogram is drawn, and set up to live in a notebook. */

import type { Root } from './root.js';
import { INK } from './root.js';

export type { CanvasPainter } from 'jsroot/draw';

export interface Jsroot extends Root {
  draw: typeof import('jsroot/draw').draw;
  cleanup: typeof import('jsroot/draw').cleanup;
}

const VIRIDIS = 112;

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
    // Also low panels, such as a ratio's, have words and can be zoomed.
    SmallPad: { width: 60, height: 30 },
    Latex: core.constants.Latex['Normal'],
    Palette: VIRIDIS
  });
  const ink = colors.addColor(INK);
  Object.assign(core.gStyle, {
    fFrameLineColor: ink,
    // Colours of maps, as fine as the static picture's.
    fNumberContours: 120,
    fTitleTextColor: ink,
    fTitleFontSize: 0.055,
    fTitleFont: 42,
    fOptStat: 0
  });
  return {
    create: core.create,
    createHistogram: core.createHistogram,
    addColor: (color) => colors.addColor(color),
    draw: drawing.draw,
    cleanup: drawing.cleanup
  };
}
