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

  /** What has drawn an object and can draw it again. */
  export interface Painter {
    redrawObject(object: RootObject, option?: string): Promise<unknown> | false;
    checkCanvasResize?(size?: object | null, force?: boolean): unknown;
  }

  export function draw(node: HTMLElement, object: RootObject, option?: string): Promise<Painter>;
  export function cleanup(node: HTMLElement): void;

}
