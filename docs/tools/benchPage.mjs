// The tables of the page on speed, from docs/bench.json, which `npm run bench -- --json docs/bench.json` writes.

const number = (value, digits = 1) =>
  value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: digits });

/** @throws where the figures are not what the bench writes. */
export function benchTables(bench) {
  const { processor, cores, node, tables, models } = bench ?? {};
  const isWhole =
    typeof processor === 'string' &&
    Number.isInteger(cores) &&
    typeof node === 'string' &&
    tables &&
    typeof tables === 'object';
  if (!isWhole) throw new Error('docs/bench.json: expected processor, cores, node and tables, got another object');
  const machine = `Measured on ${processor} (${cores} ${cores === 1 ? 'core' : 'cores'}), Node.js ${node}; medians.`;
  const lists = Object.entries(tables).filter(([, rows]) => rows.length > 0);
  const sections = lists.map(([title, rows]) => `### ${capital(title)}\n\n${engineTable(title, rows)}`);
  const networks = Object.entries(models ?? {}).filter(([, model]) => model.times?.length > 0);
  if (networks.length > 0)
    sections.push(`### Training steps of small networks on detseg webasm\n\n${modelTable(networks)}`);
  return [machine, ...sections].join('\n\n');
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function engineTable(title, rows) {
  const lines = rows.map(({ engine, milliseconds, gflops, ratio }, i) => {
    if (!(milliseconds > 0))
      throw new Error(`docs/bench.json: ${title}: row ${i}: expected milliseconds above 0, got ${milliseconds}`);
    return `| ${engine} | ${number(milliseconds)} | ${number(gflops)} | ${ratio === undefined ? '' : `${number(ratio, 2)}×`} |`;
  });
  return ['| engine | ms | GFLOP/s | time ÷ detseg webasm |', '| --- | ---: | ---: | ---: |', ...lines].join('\n');
}

function modelTable(networks) {
  const lines = networks.map(([name, { times, flops }]) => {
    const milliseconds = [...times].sort((a, b) => a - b)[times.length >> 1];
    return `| ${name} | ${number(milliseconds)} | ${number(flops && flops / milliseconds / 1e6)} |`;
  });
  return ['| network | ms | GFLOP/s |', '| --- | ---: | ---: |', ...lines].join('\n');
}
