import { checkList, checkTensor } from '../checks/arguments';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { Module, type Parameter } from '../nn/module';

/** Some of the parameters, and settings that they have for themselves. */
export interface ParameterGroup {
  /**
   * Which parameters: those of a module, those of a list, or those for which a predicate holds. It is asked with the names that
   * `namedParameters` of the optimizer's module gives.
   */
  parameters: Module | readonly Parameter[] | ((name: string, parameter: Parameter) => boolean);
  /** Factor ≥ 0 on the learning rate of each step (1), as 0.1 for a pretrained backbone. */
  rateFactor?: number;
  /** Weight decay in place of the optimizer's. */
  weightDecay?: number;
}

/** What the groups say about one parameter. */
export interface ParameterSettings {
  rateFactor: number;
  weightDecay: number;
}

/**
 * Whether a parameter is a bias, or a norm's scale or shift, all of which have one axis. Pulling them towards 0 does not make a network
 * simpler:
 *
 *     adamW(model, { learningRate: 1e-3, groups: [{ parameters: isNormOrBias, weightDecay: 0 }] })
 *
 * @param _name is not looked at. @param parameter of any shape, `[…]`.
 * @throws on what is no tensor.
 */
export function isNormOrBias(_name: string, parameter: Parameter): boolean {
  checkTensor('isNormOrBias', 'parameter', parameter);
  return parameter.rank <= 1;
}

function checkSetting(group: number, name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
    throw new Error(`optimizer: expected ${name} of group ${group} to be a number ≥ 0, got ${shown(value)}`);
  }
}

function checkGroup(index: number, group: ParameterGroup): void {
  if (!isRecord(group)) {
    throw new Error(`optimizer: expected group ${index} as { parameters, rateFactor }, got ${shown(group)}`);
  }
  const { parameters } = group;
  if (!(typeof parameters === 'function' || parameters instanceof Module || Array.isArray(parameters))) {
    throw new Error(
      `optimizer: expected parameters of group ${index} as a module, a list or a function, got ${shown(parameters)}`,
    );
  }
}

/** Whether a parameter is in a group. */
function membership({ parameters }: ParameterGroup): (name: string, parameter: Parameter) => boolean {
  if (typeof parameters === 'function') return parameters;
  const members = new Set(parameters instanceof Module ? parameters.parameters() : parameters);
  return (_, parameter) => members.has(parameter);
}

/**
 * The settings of each parameter: of the groups that it is in, the last that names a setting counts.
 * @throws where a setting is not a number ≥ 0, or a group holds no parameter.
 */
export function groupSettings(
  parameters: ReadonlyMap<string, Parameter>,
  groups: readonly ParameterGroup[],
  weightDecay: number,
): Map<Parameter, ParameterSettings> {
  const settings = new Map<Parameter, ParameterSettings>();
  for (const parameter of parameters.values()) settings.set(parameter, { rateFactor: 1, weightDecay });
  checkList('optimizer', 'groups', groups, 'groups { parameters }');
  for (const [index, group] of groups.entries()) {
    checkGroup(index, group);
    checkSetting(index, 'rateFactor', group.rateFactor);
    checkSetting(index, 'weightDecay', group.weightDecay);
    const holds = membership(group);
    const members = [...parameters].filter(([name, parameter]) => holds(name, parameter));
    if (members.length === 0) {
      throw new Error(`optimizer: expected group ${index} to hold a parameter of the optimizer, got none`);
    }
    for (const [, parameter] of members) {
      const own = settings.get(parameter)!;
      own.rateFactor = group.rateFactor ?? own.rateFactor;
      own.weightDecay = group.weightDecay ?? own.weightDecay;
    }
  }
  return settings;
}
