import type { Node } from './gpujs';

/** The direct children of a syntax node, in the order of its properties. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  // Positions and the like have no type; `parent` leads upwards.
  for (const key in node) {
    const child = node[key];
    if (child === null || typeof child !== 'object' || key === 'parent') continue;
    if (typeof child.type === 'string') found.push(child);
    else if (Array.isArray(child)) {
      for (const item of child)
        if (item !== null && typeof item === 'object' && typeof item.type === 'string') found.push(item);
    }
  }
  return found;
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of children(node)) walk(child, visit);
}

/** Whether a node or something below it satisfies the condition. */
export function some(node: Node, condition: (node: Node) => boolean): boolean {
  if (condition(node)) return true;
  for (const child of children(node)) if (some(child, condition)) return true;
  return false;
}

/** x, y or z where the node is `this.thread.x` and so on; null elsewhere. */
export function threadAxis(node: Node): 'x' | 'y' | 'z' | null {
  return memberOfThis(node, 'thread') as 'x' | 'y' | 'z' | null;
}

/** NAME where the node is `this.GROUP.NAME`; null elsewhere. */
export function memberOfThis(node: Node, group: 'thread' | 'output' | 'constants'): string | null {
  if (node.type !== 'MemberExpression' || node.computed) return null;
  const { object, property } = node;
  if (object.type !== 'MemberExpression' || object.computed) return null;
  return object.object.type === 'ThisExpression' && object.property.name === group ? property.name : null;
}

/** NAME where the node is a call `Math.NAME(…)`; null elsewhere. */
export function mathFunction(node: Node): string | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.callee.computed) return null;
  const { object, property } = node.callee;
  return object.type === 'Identifier' && object.name === 'Math' ? property.name : null;
}
