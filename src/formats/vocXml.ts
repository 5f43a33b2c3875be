import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isRecord } from '../checks/record';
import { decimal, quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';

/** A thing as a VOC annotation tells it. */
export interface VocObject {
  name: string;
  difficult: boolean;
  /** xmin, ymin, xmax, ymax as they stand there: px from 1, the last one inclusive. */
  corners: [number, number, number, number];
}

/** What a VOC annotation tells of its image. */
export interface VocAnnotation {
  filename: string | null;
  size: ImageSize | null;
  /** Each thing, or why it cannot be used. */
  objects: (VocObject | string)[];
}

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** XML's own five names of characters, and no others: nothing that a file defines is ever expanded. */
function withoutEntities(text: string): string {
  return text.replace(/&([^;&]{0,20};?)/g, (_, name: string) => {
    const key = name.endsWith(';') ? name.slice(0, -1) : '';
    if (!Object.hasOwn(named, key)) throw new Error(`expected no entity but XML's own five, got ${quoted(`&${name}`)}`);
    return named[key];
  });
}

/** A child that is there once. */
function child(node: unknown, name: string): unknown {
  if (!isRecord(node) || !Object.hasOwn(node, name)) return undefined;
  const value = node[name];
  if (Array.isArray(value)) throw new Error(`expected one <${name}>, got ${value.length}`);
  return value;
}

function text(node: unknown, name: string): string {
  const value = child(node, name);
  if (typeof value !== 'string' || value === '')
    throw new Error(`expected <${name}>, got ${value ? 'more than text' : 'none'}`);
  return withoutEntities(value);
}

function number(node: unknown, name: string): number {
  const value = text(node, name);
  const parsed = decimal(value);
  if (!Number.isFinite(parsed)) throw new Error(`expected <${name}> to be a number, got ${quoted(value)}`);
  return parsed;
}

function readObject(node: unknown): VocObject | string {
  try {
    const box = child(node, 'bndbox');
    const difficult = child(node, 'difficult');
    const corners = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => number(box, name)) as VocObject['corners'];
    if (difficult !== undefined && difficult !== '' && difficult !== '0' && difficult !== '1') {
      return `expected <difficult> 0 or 1, got ${quoted(difficult)}`;
    }
    return { name: text(node, 'name'), difficult: difficult === '1', corners };
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
  maxNestedTags: 20,
  isArray: (name, place) => name === 'object' && place === 'annotation.object',
});

/**
 * Reads an annotation in Pascal VOC's XML. Document types and entities are refused before anything is parsed.
 * @throws with the reason alone, and the line where the XML is broken.
 */
export function parseVocXml(xml: string): VocAnnotation {
  const forbidden = /<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.exec(xml);
  if (forbidden) throw new Error(`expected no document type or entities, got ${forbidden[0]}`);
  const verdict = XMLValidator.validate(xml);
  if (verdict !== true) throw new Error(`expected XML: line ${verdict.err.line}: ${verdict.err.msg}`);
  const annotation = child(parser.parse(xml), 'annotation');
  if (!isRecord(annotation)) throw new Error('expected an <annotation>, got none');
  const objects = Object.hasOwn(annotation, 'object') ? (annotation.object as unknown[]) : [];
  const filename = child(annotation, 'filename');
  const size = child(annotation, 'size');
  const sides = size === undefined ? null : { width: number(size, 'width'), height: number(size, 'height') };
  if (sides && !Object.values(sides).every((side) => Number.isInteger(side) && side >= 0)) {
    throw new Error(`expected a <size> in whole px, got ${sides.width}×${sides.height}`);
  }
  return {
    filename: typeof filename === 'string' && filename !== '' ? withoutEntities(filename) : null,
    // Some tools write 0×0 where they did not know.
    size: sides && sides.width > 0 && sides.height > 0 ? sides : null,
    objects: objects.map(readObject),
  };
}
