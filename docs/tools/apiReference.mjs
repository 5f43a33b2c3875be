// The reference, made by TypeDoc from the docstrings: a page for each file that public names come from.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { apiAddress, sourceAddress } from './addresses.mjs';

// What must have a docstring. Settings are documented by their properties.
const documented = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Method | ReflectionKind.Variable;

const settings = {
  plugin: ['typedoc-plugin-markdown'],
  name: 'detseg',
  router: 'module',
  readme: 'none',
  logLevel: 'Warn',
  disableGit: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  skipErrorChecking: true,
  validation: { invalidLink: true, notDocumented: false, notExported: false },
  sourceLinkTemplate: 'source:{path}#L{line}',
  groupOrder: ['Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases'],
  sort: ['source-order'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hideGroupHeadings: true,
  expandParameters: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  tableColumnSettings: {
    hideSources: true,
    hideInherited: true,
    hideOverrides: true,
    hideModifiers: true,
    hideDefaults: true,
  },
  useHTMLEncodedBrackets: true,
  useCustomAnchors: true,
  preserveAnchorCasing: true,
};

/**
 * `{ pages, names, callable }`: the markdown of each file by its path, the address of each public name, and which names are functions,
 * classes and constants.
 *
 * @param modules as `publicModules` gives them.
 * @throws where an exported function, class, method or constant has no docstring, and where a docstring links to nothing.
 */
export async function apiReference({ root, modules, tsconfig = join(root, 'tsconfig.json') }) {
  const out = mkdtempSync(join(tmpdir(), 'detseg-api-'));
  try {
    const entryPoints = modules.map(({ path }) => join(root, path));
    const app = await Application.bootstrapWithPlugins({
      ...settings,
      entryPoints,
      tsconfig,
      basePath: join(root, 'src'),
      out,
    });
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
      keepPublic(project, modules);
      withoutInherited(project);
      nameOptions(project);
    });
    // A link may name anything public, as the reader knows it, whether or not the file imports it.
    app.converter.addUnknownSymbolResolver((reference, { project }) => {
      const names = (reference.symbolReference?.path ?? []).map(({ path }) => path);
      const target = project.children.map((module) => module.getChildByName(names)).find(Boolean);
      return target && { target, caption: names.join('.') };
    });
    const project = await app.convert();
    if (!project) throw new Error('apiReference: expected sources that TypeDoc can read, got errors');
    const bare = undocumented(project);
    if (bare.length > 0) throw new Error(`apiReference: expected a docstring at each, got none at ${bare.join(', ')}`);
    app.validate(project);
    if (app.logger.hasWarnings())
      throw new Error('apiReference: expected docstrings without a mistake, got the warnings above');
    await app.generateOutputs(project);
    const pages = new Map(modules.map(({ path }) => [path, readPage(out, path)]));
    return { pages, names: addressesOf(pages), callable: callableNames(project) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** A single module's page is called after the project; of several each lies where its file does. */
function readPage(out, path) {
  const text = readFileSync(join(out, path.replace(/^src\//, '').replace(/\.ts$/, '.md')), 'utf8');
  return text
    .replace(/\]\(source:([^)#]+)#L(\d+)\)/g, (_, file, line) => `](${sourceAddress(`src/${file}`)}#L${line})`)
    .replace(/^(\| `[^|]*\|) \\\| /gm, '$1 ');
}

function keepPublic(project, modules) {
  const names = new Map(
    modules.map((module) => [module.path.replace(/^src\//, '').replace(/\.ts$/, ''), module.names]),
  );
  for (const module of project.children ?? []) {
    for (const child of [...(module.children ?? [])]) {
      if (!names.get(module.name)?.includes(child.name)) project.removeReflection(child);
    }
  }
}

/** Methods and accessors of a public class are described there, once, and not with every class that is built on it. */
function withoutInherited(project) {
  // What JavaScript's own Error has is no part of the library.
  for (const member of project.getReflectionsByKind(ReflectionKind.Method | ReflectionKind.Property))
    if (member.flags.isExternal && member.parent?.kindOf(ReflectionKind.Class)) project.removeReflection(member);
  const members = project
    .getReflectionsByKind(ReflectionKind.Method | ReflectionKind.Accessor)
    .filter(({ parent }) => parent?.kindOf(ReflectionKind.Class));
  // A base class that is not public has no page: what comes through it from one that is counts as that one's.
  const described = new Set(members.filter(({ inheritedFrom }) => !inheritedFrom).map(({ name }) => name));
  for (const member of members)
    if (member.inheritedFrom && described.has(member.name)) project.removeReflection(member);
}

/** An argument that is taken apart in the signature has no name of its own. */
function nameOptions(project) {
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    if (parameter.name.startsWith('__namedParameters')) parameter.name = 'options';
  }
}

function undocumented(project) {
  const missing = project.getReflectionsByKind(documented).filter((reflection) => {
    if (reflection.flags.isExternal || reflection.parent?.kindOf(ReflectionKind.TypeLiteral)) return false;
    return !reflection.hasComment() && !reflection.signatures?.some((signature) => signature.hasComment());
  });
  return missing.map((reflection) => reflection.getFriendlyFullName());
}

/** What a program uses, and not only its types. */
function callableNames(project) {
  const used = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Variable;
  return new Set(project.getReflectionsByKind(used).map(({ name }) => name));
}

/** Where each name is documented: the headings of the pages. */
function addressesOf(pages) {
  const names = {};
  for (const [path, text] of pages) {
    for (const [, name, anchor] of text.matchAll(/^#{2,3} (?:abstract )?(\w+).*\{#([^}]+)\}$/gm)) {
      names[name] ??= `${apiAddress(path)}#${anchor}`;
    }
  }
  return names;
}
