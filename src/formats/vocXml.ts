import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isRecord } from '../checks/record';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import { boxAround, sortedCorners } from './fitBox';
import { looseFlag, looseNumber, looseSize } from './looseValues';

/** A thing as a VOC annotation tells it. */
export interface VocObject {
  name: string;
  difficult: boolean;
  /** x1, y1, x2, y2 in px, right and lower edge exclusive. */
  corners: number[];
  /** What was odd about it and not needed. */
  odd: string[];
}

/** What a VOC annotation tells of its image. */
export interface VocAnnotation {
  /** Names of the image's file that it tells, likeliest first. */
  filenames: string[];
  size: ImageSize | null;
  /** Each thing, or why it cannot be used. */
  objects: (VocObject | string)[];
  /** What was odd about it and not needed. */
  odd: string[];
}

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The character of `#29483` or `#xE9`; null where there is no such character. */
function referred(key: string): string | null {
  const [, hexadecimal, decimal] = /^#(?:x([\da-f]{1,8})|(\d{1,8}))$/i.exec(key) ?? [];
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : null;
}

/** XML's own five names of characters, and characters by their numbers, and no others: nothing that a file defines is ever expanded. */
function withoutEntities(text: string): string {
  return text.replace(/&([^;&]{0,20};?)/g, (_, name: string) => {
    const key = name.endsWith(';') ? name.slice(0, -1) : '';
    const character = Object.hasOwn(named, key) ? named[key] : referred(key);
    if (character === null) throw new Error(`expected no entity but XML's own five, got ${quoted(`&${name}`)}`);
    return character;
  });
}

/** A child that is there once. */
function child(node: unknown, name: string): unknown {
  if (!isRecord(node) || !Object.hasOwn(node, name)) return undefined;
  const value = node[name];
  if (Array.isArray(value)) throw new Error(`expected one <${name}>, got ${value.length}`);
  return value;
}

const cdata = '#cdata';

/** The text of a child; empty where there is none. @throws where it holds more than text. */
function textOf(node: unknown, name: string): string {
  const value = child(node, name);
  if (value === undefined) return '';
  if (typeof value === 'string') return withoutEntities(value).trim();
  if (isRecord(value) && Object.hasOwn(value, cdata) && typeof value[cdata] === 'string') return value[cdata].trim();
  throw new Error(`expected <${name}>, got more than text`);
}

function text(node: unknown, name: string): string {
  const value = textOf(node, name);
  if (value === '') throw new Error(`expected <${name}>, got none`);
  return value;
}

function number(node: unknown, name: string): number {
  const value = text(node, name);
  const parsed = looseNumber(value);
  if (!Number.isFinite(parsed)) throw new Error(`expected <${name}> to be a number, got ${quoted(value)}`);
  return parsed;
}

/** A part that is not needed: where it is odd, null, and why in a list. */
function optional<Value>(odd: string[], read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    odd.push((error as Error).message);
    return null;
  }
}

/** Numbers of the points of an outline: `<x1>`, `<y1>`, `<x2>`, … or `<pt><x>`, `<y>`. */
function outline(node: unknown): number[] {
  if (!isRecord(node)) return [];
  if (Array.isArray(node.pt)) return node.pt.flatMap((point) => [number(point, 'x'), number(point, 'y')]);
  const count = Object.keys(node).filter((name) => /^x\d+$/.test(name)).length;
  return Array.from({ length: count }, (_, k) => [number(node, `x${k + 1}`), number(node, `y${k + 1}`)]).flat();
}

/** The box around a turned one: center, sides, and an angle in radians. */
function turnedBox(node: unknown): number[] {
  const [x, y, w, h, angle] = ['cx', 'cy', 'w', 'h', 'angle'].map((name) => number(node, name));
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [wide, high] = [(w * cos + h * sin) / 2, (w * sin + h * cos) / 2];
  return [x - wide, y - high, x + wide, y + high];
}

/** Corners of an object: of its `<bndbox>`, px from 1 with the last one inclusive, or around its `<robndbox>` or `<polygon>`. */
function cornersOf(node: unknown, odd: string[]): number[] {
  const box = child(node, 'bndbox');
  if (box === undefined) {
    const turned = child(node, 'robndbox');
    if (turned !== undefined) return turnedBox(turned);
    const points = outline(child(node, 'polygon'));
    if (points.length >= 6) return boxAround(points);
  }
  const got = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => number(box, name));
  const { corners, swapped } = sortedCorners(got);
  if (swapped) odd.push(`expected xmin, ymin below xmax, ymax, got [${got.join(', ')}]`);
  const [xmin, ymin, xmax, ymax] = corners;
  return [xmin - 1, ymin - 1, xmax, ymax];
}

function readObject(node: unknown): VocObject | string {
  const odd: string[] = [];
  try {
    const corners = cornersOf(node, odd);
    const difficult = optional(odd, () => textOf(node, 'difficult'));
    const flag = looseFlag(difficult);
    if (flag === null) odd.push(`expected <difficult> 0 or 1, got ${quoted(difficult)}`);
    return { name: text(node, 'name'), difficult: flag === true, corners, odd };
  } catch (error) {
    return (error as Error).message;
  }
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: cdata,
  transformTagName: (name) => name.toLowerCase(),
  maxNestedTags: 20,
  isArray: (name, place) => (name === 'object' && place === 'annotation.object') || name === 'pt',
});

function sizeOf(annotation: unknown, odd: string[]): ImageSize | null {
  const size = optional(odd, () => child(annotation, 'size'));
  if (size === undefined || size === null || size === '') return null;
  const sides = ['height', 'width'].map((name) => optional(odd, () => textOf(size, name)) ?? '');
  const found = looseSize(sides[0], sides[1]);
  // Some tools write 0×0 where they did not know.
  if (!found && sides.some((side) => looseNumber(side) !== 0)) {
    odd.push(`expected a <size> in whole px, got ${quoted(`${sides[1]}×${sides[0]}`)}`);
  }
  return found;
}

/** The name of the encoding that an XML file declares. */
export function declaredEncoding(head: string): string | null {
  return /^[^<]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(head)?.[1] ?? null;
}

/**
 * Reads an annotation in Pascal VOC's XML. Entities and what defines them are refused before anything is parsed.
 * @throws with the reason alone, and the line where the XML is broken.
 */
export function parseVocXml(source: string): VocAnnotation {
  const odd: string[] = [];
  // A document type that defines nothing says nothing.
  const typeless = source.trimStart().replace(/<!DOCTYPE[^>[]*>/i, '');
  const forbidden = /<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.exec(typeless);
  if (forbidden) throw new Error(`expected no document type or entities, got ${forbidden[0]}`);
  const xml = typeless.replace(/<!\[CDATA\[[\s\S]*?\]\]>|&(?!#?\w{1,20};)/g, (part) => (part === '&' ? '&amp;' : part));
  if (xml !== typeless) odd.push('expected &amp;, got & alone');
  const verdict = XMLValidator.validate(xml);
  if (verdict !== true) throw new Error(`expected XML: line ${verdict.err.line}: ${verdict.err.msg}`);
  const annotation = child(parser.parse(xml), 'annotation');
  if (!isRecord(annotation)) throw new Error('expected an <annotation>, got none');
  const objects = Object.hasOwn(annotation, 'object') ? (annotation.object as unknown[]) : [];
  const filenames = ['filename', 'path'].map((name) => optional(odd, () => textOf(annotation, name)) ?? '');
  return {
    filenames: filenames.filter((name) => name !== ''),
    size: sizeOf(annotation, odd),
    objects: objects.map(readObject),
    odd,
  };
}
