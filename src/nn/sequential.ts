import { checkTensor } from '../checks/arguments';
import { shown } from '../checks/shown';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** A layer, or an operation on one tensor. */
export type Layer = Module | ((x: Tensor) => Tensor);

/** Throws unless an argument is a module or a function. */
export function checkLayer(caller: string, name: string, value: unknown): void {
  if (value instanceof Module || typeof value === 'function') return;
  throw new Error(`${caller}: expected ${name} to be a module or a function, got ${shown(value)}`);
}

/** Layers one after the other. @throws on a layer that is neither a module nor a function. */
export class Sequential extends Module {
  readonly layers: Layer[];

  constructor(...layers: Layer[]) {
    super();
    for (const [i, layer] of layers.entries()) checkLayer('Sequential', `layer ${i}`, layer);
    this.layers = layers;
  }

  /**
   * Passes x, of any shape `[…]` that the first layer takes, through the layers in their order.
   * @throws on what is no tensor, also as the result of a function among the layers.
   */
  forward(x: Tensor): Tensor {
    checkTensor('Sequential', 'x', x);
    return this.layers.reduce((value, layer, i) => {
      if (layer instanceof Module) return layer.forward(value) as Tensor;
      const result = layer(value);
      checkTensor('Sequential', `the result of layer ${i}`, result);
      return result;
    }, x);
  }
}
