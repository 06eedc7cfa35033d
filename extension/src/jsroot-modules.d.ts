// What is used of JSROOT, which describes itself as `any`.

declare module 'jsroot/core' {
  /** A ROOT object: its class's name and members, by ROOT's names for them. */
  export interface RootObject {
    _typename: string;
    fName: string;
    fTitle: string;
    fBits: number;
    // biome-ignore lint/suspicious/noExplicitAny: the members are ROOT's own, hundreds of them.
    [member: string]: any;
  }

  export function create(type: string): RootObject;
  export function createHistogram(type: string, bins: number, binsY?: number): RootObject;
  export const gStyle: Record<string, unknown>;
  export const settings: Record<string, unknown>;
  export const constants: { Latex: Record<string, number> };
}

declare module 'jsroot/colors' {
  export function addColor(color: string): number;
}

declare module 'jsroot/draw' {
  import type { RootObject } from 'jsroot/core';

  /** The area between the axes. */
  export interface FramePainter {
    zoom_xmin: number;
    zoom_xmax: number;
    zoom(...ranges: unknown[]): Promise<boolean>;
    zoomSingle(axis: string, low: number, high: number, interactive?: unknown): Promise<boolean>;
  }

  /** What has drawn a canvas and can draw it again. */
  export interface CanvasPainter {
    updateObject(object: RootObject): boolean;
    redrawPad(): Promise<unknown>;
    checkCanvasResize(): unknown;
    getSubPadPainter(number: number): { getFramePainter(): FramePainter | null } | null;
  }

  export function draw(node: HTMLElement, object: RootObject, option?: string): Promise<CanvasPainter>;
  export function cleanup(node: HTMLElement): void;
}
