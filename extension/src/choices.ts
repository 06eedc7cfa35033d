/** What a reader has chosen by hand, and an update or another panel has to follow. */

import type { RootObject } from 'jsroot/core';
import type { CanvasPainter, FramePainter } from 'jsroot/draw';

const SCALES = ['fLogx', 'fLogy', 'fLogz'] as const;

/** The scales of a canvas and its pads, in their order. */
export function scales(canvas: RootObject): number[] {
  return pads(canvas).flatMap((pad) => SCALES.map((scale) => Number(pad[scale])));
}

/** Give a new canvas the scales that somebody has set in the one `shown`, which was made with those of `asked`. */
export function keepScales(canvas: RootObject, shown: RootObject, asked: number[]): void {
  const now = scales(shown);
  pads(canvas).forEach((pad, index) => {
    SCALES.forEach((scale, which) => {
      const place = index * SCALES.length + which;
      if (now[place] !== asked[place]) pad[scale] = now[place];
    });
  });
}

/** Let the panels of a ratio show the same range of their common axis, whichever is zoomed. */
export function linkPanels(painter: CanvasPainter): void {
  const frames = [1, 2].map((number) => painter.getSubPadPainter(number)?.getFramePainter());
  const [upper, lower] = frames;
  if (!upper || !lower) return;
  follow(upper, lower);
  follow(lower, upper);
}

/** JSROOT's own panels of ratios do it in this way, too (TRatioPlotPainter). */
function follow(frame: FramePainter, other: FramePainter): void {
  const same = () =>
    (other.zoom_xmin || 0) === (frame.zoom_xmin || 0) && (other.zoom_xmax || 0) === (frame.zoom_xmax || 0);
  const { zoom, zoomSingle } = frame;
  const after = async (changed: boolean) => {
    if (changed && !same()) await other.zoomSingle('x', frame.zoom_xmin || 0, frame.zoom_xmax || 0, true);
    return changed;
  };
  frame.zoom = async (...ranges) => after(await zoom.apply(frame, ranges));
  frame.zoomSingle = async (...range) => after(await zoomSingle.apply(frame, range));
}

function pads(canvas: RootObject): RootObject[] {
  const inner: RootObject[] = canvas['fPrimitives'].arr;
  return [canvas, ...inner.filter(({ _typename }) => _typename === 'TPad')];
}
