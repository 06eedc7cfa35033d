/** The widget that shows a histogram: it draws it, and updates it in place. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { RootObject } from 'jsroot/core';
import { PayloadError } from './arrays.js';
import { keepScales, linkPanels, scales } from './choices.js';
import { type Figure, makeFigure } from './figure.js';
import { type CanvasPainter, type Jsroot, loadJsroot } from './jsroot.js';
import { MIME, type Payload, parse } from './payload.js';

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

export class HistogramRenderer extends Widget implements IRenderMime.IRenderer {
  private readonly picture = document.createElement('div');
  private readonly words = document.createElement('div');
  private readonly typesetter: IRenderMime.ILatexTypesetter | null;
  private readonly observer = new ResizeObserver(() => this.resize());
  private waiting: Payload | null = null;
  private working: Promise<void> | null = null;
  private jsroot: Jsroot | null = null;
  private drawn: { painter: CanvasPainter; canvas: RootObject; structure: string; asked: number[] } | null = null;

  constructor({ latexTypesetter }: Pick<IRenderMime.IRendererOptions, 'latexTypesetter'>) {
    super();
    this.typesetter = latexTypesetter;
    this.addClass('doublet-histogram');
    this.picture.className = 'doublet-histogram-picture';
    this.words.className = 'doublet-histogram-words';
    this.node.append(this.picture, this.words);
    this.observer.observe(this.picture);
  }

  /** Draw data, or draw newer ones over those that are drawn: zoom and the like stay. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.waiting = parse(model.data[MIME]);
      await this.work();
    } catch (reason) {
      this.explain(reason, model.data);
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.observer.disconnect();
    this.jsroot?.cleanup(this.picture);
    super.dispose();
  }

  /** What is asked for while something is being drawn is drawn after it, and of several only the last. */
  private work(): Promise<void> {
    this.working ??= this.drawAll();
    return this.working;
  }

  private async drawAll(): Promise<void> {
    try {
      const jsroot = await loadJsroot();
      this.jsroot = jsroot;
      // Where there is no room yet, as in a hidden tab, the observer calls again.
      while (this.waiting && !this.isDisposed && this.picture.isConnected) {
        const payload = this.waiting;
        const figure = makeFigure(jsroot, payload);
        this.picture.style.aspectRatio = String(1 / figure.shape);
        this.picture.hidden = figure.shape === 0;
        this.say(figure.notes);
        if (!this.picture.hidden && !this.picture.clientWidth) return;
        this.waiting = null;
        if (!this.picture.hidden) await this.draw(jsroot, figure, payload);
      }
    } finally {
      this.working = null;
    }
  }

  private async draw(jsroot: Jsroot, { canvas, structure }: Figure, payload: Payload): Promise<void> {
    const asked = scales(canvas);
    if (this.drawn?.structure === structure) {
      keepScales(canvas, this.drawn.canvas, this.drawn.asked);
      this.drawn.asked = asked;
      // JSROOT's redraw() does the same, and shows a clock for a moment each time.
      if (this.drawn.painter.updateObject(canvas)) {
        await this.drawn.painter.redrawPad();
        return;
      }
    }
    jsroot.cleanup(this.picture);
    this.drawn = null;
    const painter = await jsroot.draw(this.picture, canvas);
    if (this.isDisposed) {
      jsroot.cleanup(this.picture);
      return;
    }
    this.drawn = { painter, canvas, structure, asked };
    linkPanels(painter);
    const svg = this.picture.querySelector('svg');
    svg?.querySelector('title')?.remove();
    svg?.setAttribute('role', 'img');
    svg?.setAttribute('aria-label', payload.title || payload.axes.map(({ label }) => label).join(', ') || 'histogram');
  }

  private resize(): void {
    if (this.waiting) this.work().catch((reason) => this.explain(reason, {}));
    else if (this.picture.clientWidth) this.drawn?.painter.checkCanvasResize();
  }

  private say(sentences: string[]): void {
    this.words.replaceChildren(
      ...sentences.map((sentence) => {
        const line = document.createElement('div');
        line.textContent = sentence;
        return line;
      })
    );
    // Labels may have mathematics in them.
    if (sentences.some((sentence) => sentence.includes('$'))) this.typesetter?.typeset(this.words);
  }

  /** Say why nothing can be drawn; the picture that came with the data, if there is one, shows. */
  private explain(reason: unknown, data: IRenderMime.IMimeModel['data']): void {
    this.waiting = null;
    this.drawn = null;
    this.jsroot?.cleanup(this.picture);
    this.picture.hidden = true;
    const what = reason instanceof Error ? reason.message : String(reason);
    this.say([`Doublet cannot draw this histogram: ${what}.`]);
    if (!(reason instanceof PayloadError)) console.error(reason);
    const png = data['image/png'];
    if (typeof png !== 'string' || !BASE64.test(png)) return;
    const image = document.createElement('img');
    image.src = `data:image/png;base64,${png}`;
    image.alt = 'The picture stored with it';
    this.words.append(image);
  }
}
