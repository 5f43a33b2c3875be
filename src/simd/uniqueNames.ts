// Unique names. gpu.js's WebAssembly back end keeps one local per *name*: an inner `const i` that shadows an outer one overwrites
// it. Renaming every second declaration of a name (i, then i_2, …) before gpu.js looks at the tree makes names and variables the
// same thing, for gpu.js and for the analyzes of this folder.
//
// Safety. Alpha conversion: each reference is resolved by JavaScript's scoping rules to its declaration, and both get the new name,
// which occurs nowhere else in the function; the meaning in JavaScript is unchanged. A function with patterns (`const { x } = …`) or
// functions inside is left as it is. The pass is idempotent.

import type { Node } from './gpujs';
import { children, some } from './syntax';

interface Scope {
  readonly names: Map<string, string>;
  readonly parent: Scope | null;
}

const isFunction = ({ type }: Node) => /Function/.test(type);

/** Gives every variable of a kernel's function a name of its own; returns whether the tree could be treated. */
export function giveUniqueNames(functionNode: Node): boolean {
  if (functionNode.params.some((parameter: Node) => parameter.type !== 'Identifier')) return false;
  if (children(functionNode).some((child) => some(child, (node) => isFunction(node) || /Pattern$/.test(node.type))))
    return false;
  const used = new Set<string>();
  some(functionNode, (node) => {
    if (node.type === 'Identifier') used.add(node.name);
    return false;
  });
  const declared = new Set<string>();
  const lastCount = new Map<string, number>();

  const declare = (scope: Scope, id: Node) => {
    if (scope.names.has(id.name)) return;
    let name = id.name;
    if (declared.has(name)) {
      let count = lastCount.get(id.name) ?? 1;
      while (used.has(name)) name = `${id.name}_${++count}`;
      lastCount.set(id.name, count);
      used.add(name);
    }
    declared.add(name);
    scope.names.set(id.name, name);
  };

  /** Declares what a block's own statements declare with let and const: such names are in scope in the whole block. */
  const declareBlock = (scope: Scope, statements: Node[]) => {
    for (const statement of statements) {
      if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
        for (const { id } of statement.declarations) declare(scope, id);
      }
    }
  };
  const declareVars = (scope: Scope, node: Node) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var')
      for (const { id } of node.declarations) declare(scope, id);
    for (const child of children(node)) declareVars(scope, child);
  };

  const resolve = (node: Node, scope: Scope): void => {
    switch (node.type) {
      case 'Identifier': {
        for (let at: Scope | null = scope; at; at = at.parent) {
          const name = at.names.get(node.name);
          if (name !== undefined) {
            node.name = name;
            return;
          }
        }
        return;
      }
      case 'MemberExpression':
        resolve(node.object, scope);
        if (node.computed) resolve(node.property, scope);
        return;
      case 'BlockStatement': {
        const inner = { names: new Map(), parent: scope };
        declareBlock(inner, node.body);
        for (const statement of node.body) resolve(statement, inner);
        return;
      }
      case 'SwitchStatement': {
        resolve(node.discriminant, scope);
        const inner = { names: new Map(), parent: scope };
        for (const { consequent } of node.cases) declareBlock(inner, consequent);
        for (const switchCase of node.cases) for (const child of children(switchCase)) resolve(child, inner);
        return;
      }
      case 'ForStatement': {
        const inner = { names: new Map(), parent: scope };
        if (node.init) declareBlock(inner, [node.init]);
        for (const part of [node.init, node.test, node.update, node.body]) if (part) resolve(part, inner);
        return;
      }
      default:
        for (const child of children(node)) resolve(child, scope);
    }
  };

  const top: Scope = { names: new Map(), parent: null };
  for (const parameter of functionNode.params) declare(top, parameter);
  declareVars(top, functionNode.body);
  resolve(functionNode.body, top);
  return true;
}
