import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** A layer, or an operation on one tensor. */
export type Layer = Module | ((x: Tensor) => Tensor);

/** Layers one after the other. */
export class Sequential extends Module {
  readonly layers: Layer[];

  constructor(...layers: Layer[]) {
    super();
    this.layers = layers;
  }

  /** Passes x, of any shape `[…]` that the first layer takes, through the layers in their order. */
  forward(x: Tensor): Tensor {
    return this.layers.reduce(
      (value, layer) => (layer instanceof Module ? (layer.forward(value) as Tensor) : layer(value)),
      x,
    );
  }
}
