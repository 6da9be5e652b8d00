import ts from 'typescript';

/** One file of the repository: its path from the root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Where a rule is broken and how; `null` line: the whole file. */
export interface Fault {
  readonly path: string;
  readonly line: number | null;
  readonly what: string;
}

/** A rule of style: what it finds wrong in one file. */
export type Rule = (file: SourceFile) => readonly Fault[];

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

const isTypeScript = ({ path }: SourceFile): boolean => /\.tsx?$/.test(path);
const isSpec = ({ path }: SourceFile): boolean => /\.spec\.ts$/.test(path);

const linesMatching = ({ path, text }: SourceFile, pattern: RegExp, what: string): Fault[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line)
        ? [{ path, line: index + 1, what: `${what}: ${line.trim().slice(0, 100)}` }]
        : [],
    );

const parse = (file: SourceFile) =>
  ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);

const lineOf = (source: ts.SourceFile, position: number): number =>
  source.getLineAndCharacterOfPosition(position).line + 1;

/** No source file is longer than a reader can hold. */
export const shortFiles: Rule = (file) => {
  const lines = file.text.split('\n').length - 1;
  return isTypeScript(file) && lines > FILE_LINES_MAX
    ? [{ path: file.path, line: null, what: `${lines} lines, at most ${FILE_LINES_MAX}` }]
    : [];
};

/** No function is longer than a screen. Specs may: their describe blocks are lists. */
export const shortFunctions: Rule = (file) => {
  if (!isTypeScript(file) || isSpec(file)) return [];
  const source = parse(file);
  const faults: Fault[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const [first, last] = [lineOf(source, node.getStart(source)), lineOf(source, node.getEnd())];
      if (last - first + 1 > FUNCTION_LINES_MAX)
        faults.push({
          path: file.path,
          line: first,
          what: `function of ${last - first + 1} lines, at most ${FUNCTION_LINES_MAX}`,
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
};

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);

const namesOf = (node: ts.Statement): string[] => {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map((declaration) => declaration.name.getText());
  if (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  )
    return node.name ? [node.name.text] : [];
  return [];
};

/** Everything exported says what it is. One-line type aliases speak for themselves. */
export const documentedExports: Rule = (file) => {
  // k6 itself says what those export
  if (!isTypeScript(file) || isSpec(file) || file.path.startsWith('k6/scenarios/')) return [];
  const source = parse(file);
  return source.statements.flatMap((node) => {
    const line = lineOf(source, node.getStart(source));
    const oneLineType = ts.isTypeAliasDeclaration(node) && lineOf(source, node.getEnd()) === line;
    if (!isExported(node) || oneLineType || ts.getJSDocCommentsAndTags(node).length > 0) return [];
    return namesOf(node).map((name) => ({
      path: file.path,
      line,
      what: `${name} is exported without a docstring`,
    }));
  });
};

/** Names say what a thing is, not that it is a thing. */
export const plainNames: Rule = (file) => {
  if (!isTypeScript(file)) return [];
  const source = parse(file);
  const banned = /(^I[A-Z][a-z])|Impl$|Manager$|Helpers?$|Utils?$/;
  const inNames = source.statements.flatMap((node) =>
    namesOf(node)
      .filter((name) => banned.test(name))
      .map((name) => ({
        path: file.path,
        line: lineOf(source, node.getStart(source)),
        what: `the name ${name} says nothing`,
      })),
  );
  const base = file.path.split('/').at(-1) ?? '';
  const inPath = /(^|[-.])(impl|manager|helpers?|utils?)[-.]|\.port\.ts$/.test(base)
    ? [{ path: file.path, line: null, what: 'the file name says nothing' }]
    : [];
  return [...inNames, ...inPath];
};

/** File names are kebab-case; dots set the kind apart (`x.int.spec.ts`). */
export const kebabFiles: Rule = ({ path }) => {
  const base = path.split('/').at(-1) ?? '';
  return /\.(tsx?|mjs|lua|sql)$/.test(base) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(base)
    ? [{ path, line: null, what: 'file name is not kebab-case' }]
    : [];
};

/** No check is switched off without a reason beside it, and no test is. */
export const nothingSwitchedOff: Rule = (file) => {
  if (!isTypeScript(file)) return [];
  const source = parse(file);
  const faults: Fault[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword)
      faults.push({
        path: file.path,
        line: lineOf(source, node.getStart(source)),
        what: 'a type is switched off',
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [
    ...faults,
    ...linesMatching(file, /@ts-(?:ignore|nocheck|expect-error)\b/, 'a type check is switched off'),
    ...linesMatching(
      file,
      /eslint-disable(?!.*--\s*\S)/,
      'a lint rule is switched off without a reason',
    ),
    ...linesMatching(
      file,
      /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/,
      'a test is switched off',
    ),
  ];
};

/** Spelled so that this file does not break its own rule. */
const laterMarks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`);

/**
 * Nothing in the repository knows whose machine it was written on, and nothing is left for later.
 */
export const finishedAndPortable: Rule = (file) => {
  if (!/\.(ts|mjs|md|json|lua|sql)$|^\.ci\//.test(file.path) || file.path === 'package-lock.json')
    return [];
  return [
    ...linesMatching(
      file,
      /(^|[\s'"`(=])\/(work|root|home\/\w+|Users\/\w+)\//,
      'a path of one machine',
    ),
    ...linesMatching(file, laterMarks, 'left for later'),
  ];
};

/** Dependencies are pinned exactly; @types/node follows the oldest Node that is supported. */
export const exactPins: Rule = (file) => {
  if (!/(^|\/)package\.json$/.test(file.path)) return [];
  return linesMatching(file, /^\s+"(?!node"|@types\/node")[^"]+": "[\^~*]/, 'not an exact version');
};

/** Every rule there is. */
export const rules: readonly Rule[] = [
  shortFiles,
  shortFunctions,
  documentedExports,
  plainNames,
  kebabFiles,
  nothingSwitchedOff,
  finishedAndPortable,
  exactPins,
];
