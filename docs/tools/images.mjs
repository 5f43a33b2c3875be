// The images of the home page: one figure of each notebook, drawn by Plotly in a headless Chromium without its controls.
// docs/course.json may say which figure, counted from 0, and which frame or position of the slider shows the idea best.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startChromium } from './chromium.mjs';
import { imageFile } from './places.mjs';
import { plotlyScripts } from './plotly.mjs';

const [width, height] = [480, 320];

/** Runs in the browser: `figure`, shown at `step` of its slider, without titles and controls. */
async function draw(figure, step, aim, size) {
  const Plotly = window.Plotly;
  const place = document.createElement('div');
  document.body.append(place);
  const { layout } = figure;
  const steps = layout.sliders?.[0]?.steps ?? layout.updatemenus?.[0]?.buttons ?? [];
  await Plotly.newPlot(place, {
    data: figure.data,
    layout: { ...layout, width: 900, height: 700 },
    frames: figure.frames,
  });
  if (step !== undefined) {
    const { method, args } = steps[step];
    if (method === 'animate')
      await Plotly.animate(place, args[0], { transition: { duration: 0 }, frame: { duration: 0, redraw: true } });
    else await Plotly[method](place, ...args);
  }
  const changes = {
    title: null,
    showlegend: false,
    sliders: [],
    updatemenus: [],
    annotations: [],
    margin: { l: 6, r: 6, t: 6, b: 6 },
    ...size,
  };
  for (const key of Object.keys(place.layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
    Object.assign(changes, { [`${key}.title`]: null, [`${key}.showticklabels`]: false, [`${key}.ticks`]: '' });
    // One image of several side by side, where the others would make it too small.
    if (aim) changes[`${key}.domain`] = key.slice(1) === `axis${aim}` ? [0, 1] : [2, 3];
  }
  place.data.forEach((trace, i) => {
    // Names at boxes would be too small to read.
    if (trace.type === 'scatter' && trace.mode === 'lines+text') Plotly.restyle(place, { mode: 'lines' }, [i]);
    if (trace.showscale !== false && (trace.type === 'heatmap' || trace.colorscale))
      Plotly.restyle(place, { showscale: false }, [i]);
  });
  await Plotly.relayout(place, changes);
  const url = await Plotly.toImage(place, { format: 'webp', ...size });
  place.remove();
  return url.slice(url.indexOf(',') + 1);
}

/** Draws the images of these notebooks, whole or not at all. */
export async function drawImages(notebooks, choices) {
  const browser = await startChromium();
  try {
    const page = await browser.page({ width: 1000, height: 800 });
    await page.go('about:blank');
    await page.evaluate(`${plotlyScripts()['plotly.js']}; undefined`);
    mkdirSync(dirname(imageFile('')), { recursive: true });
    for (const { slug, cells } of notebooks) {
      const figures = cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ figure }) => figure ?? []));
      const { figure = firstImage(figures), step, aim } = choices[slug] ?? {};
      if (!figures[figure])
        throw new Error(
          `docs/course.json: images: ${slug}: expected a figure from 0 to ${figures.length - 1}, got ${figure}`,
        );
      const call = `(${draw})(${JSON.stringify(figures[figure])}, ${step}, ${JSON.stringify(aim)}, ${JSON.stringify({ width, height })})`;
      const data = Buffer.from(await page.evaluate(call), 'base64');
      const file = imageFile(slug);
      writeFileSync(`${file}.tmp`, data);
      renameSync(`${file}.tmp`, file);
      console.log(`${slug}: figure ${figure}, ${(data.length / 1024).toFixed(0)} kB`);
    }
  } finally {
    await browser.close();
  }
}

/** The first figure with an image in it, or the first of all. */
function firstImage(figures) {
  return Math.max(
    0,
    figures.findIndex(({ data }) => data.some(({ type }) => type === 'image')),
  );
}

/** Draws what has no image yet, and gives the names of those that it drew. */
export async function drawMissing(notebooks, choices) {
  const missing = notebooks.filter(({ slug }) => !existsSync(imageFile(slug)));
  if (missing.length > 0) await drawImages(missing, choices);
  return missing.map(({ slug }) => slug);
}
