import ndarray, { type NdArray } from 'ndarray';
import { checkTensor } from '../checks/arguments';
import { firstNonFinite } from '../checks/finite';
import { inspectSymbol } from '../checks/inspect';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { someNames } from '../checks/someNames';
import { checkShape, equalShapes, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { knownValue, type Value } from '../tensor/graph';
import { realize, Tensor, tensorFor } from '../tensor/tensor';

function checkInitial(caller: string, initial: Float32Array, shape: Shape): void {
  checkShape(caller, shape);
  if (!(initial instanceof Float32Array)) {
    throw new Error(`${caller}: expected initial numbers in a Float32Array, got ${shown(initial)}`);
  }
  if (initial.length !== sizeOf(shape)) {
    throw new Error(`${caller}: expected ${sizeOf(shape)} numbers for ${show(shape)}, got ${initial.length}`);
  }
}

/** A tensor that a module owns and that changes from step to step. */
export abstract class ModuleState extends Tensor {
  /**
   * Replaces the numbers; earlier computations keep the ones they were recorded with.
   * @param next `[…]`, the same shape. @throws on another shape.
   */
  assign(next: Tensor): void {
    checkTensor('assign', 'next', next);
    if (!equalShapes(next.shape, this.shape)) {
      throw new Error(`assign: expected shape ${show(this.shape)}, got ${show(next.shape)}`);
    }
    this.value = next.value;
  }
}

/** Numbers that the optimizer trains. @throws where there are not as many numbers as the shape holds. */
export class Parameter extends ModuleState {
  /** Whether optimizers leave it as it is; see `freeze`. */
  frozen = false;

  constructor(initial: Float32Array, shape: Shape) {
    checkInitial('Parameter', initial, shape);
    super(knownValue(initial), [...shape]);
  }
}

/**
 * Numbers that belong to a module's state but are not trained, such as running means.
 * @throws unless there are as many initial numbers as the shape has.
 */
export class RunningValue extends ModuleState {
  /** Whether the numbers have a mean over the steps, as those of averaged weights do; a count has none. */
  readonly averaged: boolean;
  /** The last numbers that were known when others took their place. */
  #settled: Value;

  constructor(initial: Float32Array, shape: Shape, options: { averaged?: boolean } = {}) {
    checkInitial('RunningValue', initial, shape);
    const { averaged = true } = checkOptions('RunningValue', options, { averaged: 'flag' });
    super(knownValue(initial), [...shape]);
    this.averaged = averaged;
    this.#settled = this.value;
  }

  /**
   * Replaces the numbers, and remembers the last known ones; earlier computations keep the ones they were recorded with.
   * @param next `[…]`, the same shape. @throws on another shape.
   */
  override assign(next: Tensor): void {
    if (this.value.data) this.#settled = this.value;
    super.assign(next);
  }

  /** Goes back to the numbers before the last forward pass; for a step that failed. @internal */
  restore(): void {
    this.value = this.#settled;
  }

  /** Keeps the numbers of a step that went well: a later step that fails and does not use them goes back to these. @internal */
  settle(): void {
    this.#settled = this.value;
  }
}

/** A module's numbers by name: `backbone.0.weight`. */
export type StateDict = Record<string, NdArray<Float32Array>>;

/**
 * A part of a network: parameters and settings, and a `forward` that wires operations together.
 *
 * Parameters and modules are found in the object's own fields, in arrays and in plain objects there; their names are the paths.
 */
export abstract class Module {
  #training = true;
  #frozen = false;

  /** Whether dropout drops and batch norm uses the batch: as {@link train} and {@link evaluate} say, but never while it is frozen. */
  get training(): boolean {
    return this.#training && !this.#frozen;
  }

  /** Whether the module rests as `freeze` left it. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** What the module computes. */
  abstract forward(...inputs: any[]): unknown;

  /** Visits the states and modules in the own fields, not those inside the modules. */
  #visitOwn(visitor: (name: string, item: ModuleState | Module) => void): void {
    const look = (name: string, item: unknown) => {
      if (item instanceof ModuleState || item instanceof Module) visitor(name, item);
      else if (Array.isArray(item)) for (const [index, inner] of item.entries()) look(`${name}.${index}`, inner);
      else if (item && Object.getPrototypeOf(item) === Object.prototype) {
        for (const [key, inner] of Object.entries(item)) look(`${name}.${key}`, inner);
      }
    };
    for (const [key, item] of Object.entries(this)) look(key, item);
  }

  #visit(visitor: (name: string, item: ModuleState | Module) => void, prefix = ''): void {
    this.#visitOwn((name, item) => {
      visitor(prefix + name, item);
      if (item instanceof Module) item.#visit(visitor, `${prefix}${name}.`);
    });
  }

  #states(): Map<string, ModuleState> {
    const states = new Map<string, ModuleState>();
    const seen = new Set<ModuleState>();
    this.#visit((name, item) => {
      if (!(item instanceof ModuleState) || seen.has(item)) return;
      seen.add(item);
      states.set(name, item);
    });
    return states;
  }

  /** Parameters by name, each once, in the order of the fields; frozen ones, too. */
  namedParameters(): Map<string, Parameter> {
    return new Map([...this.#states()].filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter));
  }

  /** Parameters, each once; frozen ones, too. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** State that is not trained: running means and variances. */
  runningValues(): RunningValue[] {
    return [...this.#states().values()].filter((state): state is RunningValue => state instanceof RunningValue);
  }

  /** Parameters, and the running values that have a mean over the steps, by name. @internal */
  averagedStates(): Map<string, Parameter | RunningValue> {
    const states = [...this.#states()].filter(
      (entry): entry is [string, Parameter | RunningValue] =>
        entry[1] instanceof Parameter || (entry[1] instanceof RunningValue && entry[1].averaged),
    );
    return new Map(states);
  }

  /** How many numbers the parameters have, frozen ones included. */
  parameterCount(): number {
    return this.parameters().reduce((total, { size }) => total + size, 0);
  }

  /** The module as a tree of its parts with the shapes of their parameters. */
  toString(): string {
    const count = this.parameterCount().toLocaleString('en-US');
    return [`${this.constructor.name}: ${count} parameters`, ...this.#describe('  ')].join('\n');
  }

  #describe(indent: string): string[] {
    const lines: string[] = [];
    this.#visitOwn((name, item) => {
      if (!(item instanceof Module)) return;
      const own: string[] = [];
      item.#visitOwn((inner, part) => {
        if (part instanceof Parameter) own.push(`${inner} ${show(part.shape)}`);
      });
      const parameters = own.length > 0 ? ` (${own.join(', ')})` : '';
      lines.push(`${indent}${name}: ${item.constructor.name}${parameters}`, ...item.#describe(`${indent}  `));
    });
    return lines;
  }

  /** How `console.log` prints it. @internal */
  [inspectSymbol](): string {
    return this.toString();
  }

  /** This module and all inside it. @internal */
  modules(): Module[] {
    const modules: Module[] = [this];
    this.#visit((_, item) => {
      if (item instanceof Module) modules.push(item);
    });
    return modules;
  }

  #setTraining(training: boolean): this {
    for (const module of this.modules()) module.#training = training;
    return this;
  }

  /** Switches this module and all inside it to training; frozen ones follow when they are unfrozen. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Switches this module and all inside it to evaluation: no dropout, batch norm by running statistics. */
  evaluate(): this {
    return this.#setTraining(false);
  }

  /** Runs a function with all modules in evaluation, and gives each its mode back. @internal */
  whileEvaluating<Result>(body: () => Result): Result {
    const modes = this.modules().map((module) => [module, module.#training] as const);
    this.evaluate();
    try {
      return body();
    } finally {
      for (const [module, training] of modes) module.#training = training;
    }
  }

  /** Freezes this module, all inside it and their parameters, or ends that. @internal Use `freeze` and `unfreeze`. */
  setFrozen(frozen: boolean): void {
    for (const module of this.modules()) module.#frozen = frozen;
    for (const parameter of this.parameters()) parameter.frozen = frozen;
  }

  /** Copies of all parameters and running values, float32, by name. */
  async stateDict(): Promise<StateDict> {
    const states = this.#states();
    await realize(...states.values());
    const entries = [...states].map(([name, { value, shape }]) => [name, ndarray(value.data!.slice(), [...shape])]);
    return Object.fromEntries(entries);
  }

  /**
   * Takes over parameters and running values.
   * @throws where a name is missing or unknown, a shape differs, or a number is not finite; then nothing has changed.
   */
  loadStateDict(state: StateDict): void {
    if (!isRecord(state)) {
      throw new Error(`loadStateDict: expected an object of arrays by their names, got ${shown(state)}`);
    }
    const states = this.#states();
    const unknown = Object.keys(state).filter((name) => !states.has(name));
    const missing = [...states.keys()].filter((name) => !Object.hasOwn(state, name));
    if (unknown.length > 0 || missing.length > 0) {
      throw new Error(
        `loadStateDict: expected the module's names, missing ${someNames(missing)}, unknown ${someNames(unknown)}`,
      );
    }
    const loaded = [...states].map(([name, own]) => {
      const next = tensorFor('loadStateDict', state[name]);
      if (!equalShapes(next.shape, own.shape)) {
        throw new Error(`loadStateDict: expected ${name} ${show(own.shape)}, got ${show(next.shape)}`);
      }
      if (!next.value.data) throw new Error(`loadStateDict: expected ${name} to be computed, got ${next}`);
      const wrong = firstNonFinite(next.value.data);
      if (wrong >= 0)
        throw new Error(
          `loadStateDict: expected finite numbers in ${name}, got ${next.value.data![wrong]} at ${wrong}`,
        );
      return [own, next] as const;
    });
    for (const [own, next] of loaded) {
      own.assign(next);
      if (own instanceof RunningValue) own.settle();
    }
  }
}

/** Throws unless an argument is a module. */
export function checkModule(caller: string, name: string, value: unknown): void {
  if (value instanceof Module) return;
  throw new Error(`${caller}: expected ${name} to be a module such as new Conv2d(…), got ${shown(value)}`);
}
