import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTargets, namedImages } from '../../src/cli/images';
import { inFolder } from '../support/temporaryFolder';

const test = suite('images');
const files = { 'b.png': '', 'sub/a.JPG': '', 'notes.txt': '', 'out/b.png': '', 'outer/c.jpeg': '' };

test('images of folders and the folders in them, by their names there', () => {
  inFolder(files, (folder) => {
    const names = (paths: string[], out: string) => namedImages(paths, out).map(({ name }) => name);
    const elsewhere = join(folder, 'elsewhere');
    assert.equal(names([folder], elsewhere), ['b', join('out', 'b'), join('outer', 'c'), join('sub', 'a')]);
    assert.equal(names([join(folder, 'b.png')], elsewhere), ['b']);
    // What an earlier run has drawn is no image to look at, unless it is asked for.
    assert.equal(names([folder], join(folder, 'out')), ['b', join('outer', 'c'), join('sub', 'a')]);
    assert.equal(names([join(folder, 'out')], join(folder, 'out')), ['b']);
    assert.equal(names([join(folder, 'out')], folder), ['b']);
    assert.throws(() => names([join(folder, 'none')], elsewhere), /none: no such file or folder$/);
    assert.throws(
      () => names([folder, join(folder, 'b.png')], elsewhere),
      /expected images with different names, got /,
    );
    assert.throws(
      () => checkTargets(namedImages([folder], folder), ({ name }) => join(folder, `${name}.png`)),
      /--out: .*b\.png would be written over an image that is read; name another folder$/,
    );
  });
});

test('images of one name and different endings keep their endings', () => {
  inFolder({ 'a.jpg': '', 'a.webp': '', 'b.png': '', 'c.HEIC': '' }, (folder) => {
    const found = namedImages([folder], join(folder, 'out'));
    assert.equal(
      found.map(({ name }) => name),
      ['a.jpg', 'a.webp', 'b', 'c'],
    );
  });
});

test.run();
