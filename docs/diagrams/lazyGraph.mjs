import { arrow, box, diagram, group, legend, text } from './draw.mjs';

const title = 'Record, compile, launch';
const description =
  'The call matmul(x, w).add(b) computes nothing: it records a graph of two operations. Awaiting the result compiles the graph into a plan, once for each recipe; launching the plan with numbers gives numbers. The next await of the same recipe skips the compilation.';

export default function lazyGraph() {
  const small = { kind: 'fixed', look: 'small' };
  const [x, w, b] = [
    box(40, 84, 52, 30, 'x', small),
    box(40, 134, 52, 30, 'w', small),
    box(40, 184, 52, 30, 'b', small),
  ];
  const [matmul, add] = [
    box(130, 106, 74, 34, 'matmul', { kind: 'learned', look: 'small' }),
    box(222, 148, 54, 34, 'add', { kind: 'learned', look: 'small' }),
  ];
  const graph = group(x, w, b, matmul, add);
  const plan = box(388, 96, 124, 104, 'plan\n\n2 kernels,\nplaces for arrays', { kind: 'shared', look: 'small' });
  const numbers = box(628, 120, 100, 56, 'numbers\n[N, M]', { look: 'small' });
  return diagram(
    { width: 760, height: 290, title, description },
    text(158, 42, 'record', { look: 'strong' }),
    text(158, 62, 'every call, computes nothing', { look: 'small soft' }),
    graph,
    arrow(x, matmul),
    arrow(w, matmul),
    arrow(matmul, add),
    arrow(b, add),
    text(450, 42, 'compile', { look: 'strong' }),
    text(450, 62, 'the first await of a recipe', { look: 'small soft' }),
    arrow([282, 148], [384, 148], { label: 'await' }),
    plan,
    text(678, 42, 'launch', { look: 'strong' }),
    text(678, 62, 'every await', { look: 'small soft' }),
    arrow(plan, numbers, { label: 'run' }),
    numbers,
    arrow([450, 254], [450, 204], { kind: 'shared', dashed: true }),
    text(450, 272, 'same recipe, other numbers: the plan is found again', { look: 'small shared' }),
    legend(24, 272, [
      ['learned', 'operation'],
      ['fixed', 'array'],
    ]),
  );
}
