import type { Node } from './gpujs';

const notChildren = new Set(['loc', 'start', 'end', 'range', 'parent', 'type']);

/** The direct children of a syntax node, in the order of its properties. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const key in node) {
    if (notChildren.has(key)) continue;
    const child = node[key];
    if (Array.isArray(child)) found.push(...child.filter((item) => item && typeof item.type === 'string'));
    else if (child && typeof child.type === 'string') found.push(child);
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
  return condition(node) || children(node).some((child) => some(child, condition));
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
