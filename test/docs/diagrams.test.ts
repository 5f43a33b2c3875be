import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { tool } from './modules';

const test = suite('diagrams');
const images = join(root, 'notebooks', 'images');

const settings = { width: 200, height: 100, title: 'T', description: 'D' };

test('the committed files are what the code draws, and every notebook shows what is there', async () => {
  const { drawDiagrams } = await tool('diagrams/run.mjs');
  const drawn: Map<string, string> = await drawDiagrams();
  const names = readdirSync(images).map((name) => name.replace(/\.svg$/, ''));
  assert.equal(names.sort(), [...drawn.keys()].sort());
  for (const [name, svg] of drawn) {
    assert.ok(readFileSync(join(images, `${name}.svg`), 'utf8') === svg, `${name}: draw it with npm run diagrams`);
  }
  const shown = new Set<string>();
  for (const file of readdirSync(join(root, 'notebooks')).filter((name) => name.endsWith('.ipynb'))) {
    const text = readFileSync(join(root, 'notebooks', file), 'utf8');
    for (const [, name] of text.matchAll(/\]\(images\/(\w+)\.svg\)/g)) {
      assert.ok(drawn.has(name), `${file} shows ${name}`);
      shown.add(name);
    }
  }
  assert.equal([...shown].sort(), [...drawn.keys()].sort());
});

test('every diagram says what it shows, in words', async () => {
  for (const name of readdirSync(images)) {
    const svg = readFileSync(join(images, name), 'utf8');
    const label = /role="img" aria-label="([^"]+)"/.exec(svg)?.[1] ?? '';
    assert.ok(label.length > 80, `${name}: ${label}`);
    assert.ok(!/NaN|undefined|Infinity/.test(svg), name);
    // No word of a page may end the block of HTML that it stands in.
    assert.ok(!/\n\s*\n/.test(svg), name);
    assert.ok(svg.length < 20_000, `${name}: ${svg.length} characters`);
  }
});

test('texts beyond the edge, over each other, or wider than their box are refused', async () => {
  const { diagram, text, box, group } = await tool('diagrams/draw.mjs');
  assert.throws(() => diagram(settings, text(190, 50, 'too far right')), /"too far right" reaches beyond the edge/);
  assert.throws(
    () => diagram(settings, text(100, 50, 'one'), text(104, 52, 'two')),
    /"one" and "two" lie over each other/,
  );
  // Also within shapes and groups.
  assert.throws(
    () => diagram(settings, group(box(40, 30, 80, 40, 'inside')), text(84, 56, 'over it')),
    /"inside" and "over it"/,
  );
  assert.throws(() => box(0, 0, 30, 20, 'far too long'), /wider than its 30 px/);
  const svg = diagram(settings, text(100, 30, 'a < b & "c"'), text(100, 60, 'below'));
  assert.match(svg, /a &lt; b &amp; &quot;c&quot;/);
});

test('on the site a diagram is part of the page; a missing one is an error', async () => {
  const { withDiagrams } = await tool('tools/notebookPage.mjs');
  const page = withDiagrams('before\n\n![U-Net](images/uNet.svg)\n\nafter');
  assert.match(page, /^before\n\n<figure class="diagram-figure" v-pre>\n<svg /);
  assert.match(page, /<\/svg>\n<\/figure>\n\nafter$/);
  assert.ok(!page.includes('<style>'));
  assert.equal(withDiagrams('an ![image](photo.png) in a line'), 'an ![image](photo.png) in a line');
  assert.throws(() => withDiagrams('![x](images/noSuchThing.svg)'), /noSuchThing/);
});

test.run();
