import { checkModule, type Module } from './module';

/**
 * Freezes a module and all inside it, as one does with a pretrained backbone while a new head learns.
 *
 * Until {@link unfreeze}, optimizers leave its parameters as they are: no gradient is computed for them (and none through the module where
 * nothing before it is trained), no weight decay is applied, and their running averages rest. The module stays in evaluation whatever
 * `train` says: batch norm uses its running statistics and does not move them, dropout drops nothing. A parameter that is shared with
 * another module is frozen there, too.
 *
 * Whether a module is frozen is no part of its state dict: a program that continues a run freezes it again.
 * @throws on what is no module.
 */
export function freeze(module: Module): void {
  checkModule('freeze', 'module', module);
  module.setFrozen(true);
}

/**
 * Ends {@link freeze} for a module and all inside it: it learns again, in the mode that `train` or `evaluate` set last.
 * @throws on what is no module.
 */
export function unfreeze(module: Module): void {
  checkModule('unfreeze', 'module', module);
  module.setFrozen(false);
}
