import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import { root } from '../support/root';
import { type Call, complaintsAbout } from '../support/wrongCalls';

const test = suite('wrong calls: every export has one');

/** Rooms that have no table yet. */
const toCome: string[] = [];

/** The functions and classes that each room exports; a class with a forward pass stands there twice. */
function exportsOfRooms(): Map<string, string[]> {
  const rooms = new Map<string, string[]>();
  const text = readFileSync(join(root, 'src', 'index.ts'), 'utf8');
  for (const [, names, room] of text.matchAll(/export (?:\*[^;]*|\{([^}]*)\}) from '\.\/(\w+)\//g)) {
    const values = (names ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => /^\w+$/.test(name));
    const callable = values.filter((name) => typeof (detseg as any)[name] === 'function');
    const listed = callable.flatMap((name) => {
      const { prototype } = (detseg as any)[name];
      const runs = prototype && typeof Object.getOwnPropertyDescriptor(prototype, 'forward')?.value === 'function';
      return runs ? [name, `${name}.forward`] : [name];
    });
    rooms.set(room, [...(rooms.get(room) ?? []), ...listed]);
  }
  return rooms;
}

/** What nobody constructs: two abstract classes, one that operations make, and one that is thrown. */
const notCalled = ['Module', 'Optimizer', 'Tensor', 'DeviceError'];

test('every function, constructor and forward pass that is exported stands in the table of its room', () => {
  const rooms = exportsOfRooms();
  assert.ok(rooms.get('ops')!.length > 60);
  const missing: string[] = [];
  for (const [room, names] of rooms) {
    const path = join(root, 'dist', 'test', 'wrongCalls', `${room}.js`);
    if (existsSync(join(root, 'test', 'wrongCalls', `${room}.ts`)) === toCome.includes(room)) {
      missing.push(`${room} has a table and is to come, or neither`);
    }
    if (toCome.includes(room)) continue;
    const calls: Call[] = require(path).calls;
    const covered = new Set(calls.map(({ name }) => name));
    missing.push(...names.filter((name) => !covered.has(name) && !notCalled.includes(name)));
    for (const { name, on } of calls) {
      const [owner] = name.split('.');
      if (!on && typeof (detseg as any)[owner] !== 'function') missing.push(`${name} is exported by nobody`);
    }
  }
  assert.equal(missing, []);
});

test('raw errors, other speakers, positional and unknown options, and silent NaN are told apart', async () => {
  const fake = (body: (x: any, options: any) => unknown): Call => ({
    name: 'fake.run',
    on: () => ({ run: body }),
    args: () => [1, { steps: 2 }],
  });
  const about = async (body: (x: any, options: any) => unknown) => (await complaintsAbout(fake(body))).join('\n');
  const refuse = (name: string) => {
    throw new Error(`${name}: expected something else`);
  };
  const isRight = (x: any, options: any) => x === 1 && options?.steps === 2 && !('unheardOf' in options);
  assert.is(await about((x, options) => (isRight(x, options) ? 1 : refuse('fake'))), '');
  assert.match(await about((x, { steps }) => x.toFixed(steps)), /argument 0 = null: Cannot read properties of null/);
  assert.match(await about((x, options) => (isRight(x, options) ? 1 : refuse('other'))), /speaks as other: expected/);
  assert.match(await about(() => 1), /argument 1 = 7: accepted in the place of options/);
  assert.match(await about(() => 1), /argument 1: an unknown option was returned/);
  assert.match(
    await about((_, options) => options?.steps),
    /argument 1\.steps = NaN: gave numbers that are not finite/,
  );
  assert.match(await about(() => refuse('fake')), /as the table has it/);
});

test.run();
