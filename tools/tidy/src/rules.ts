import ts from 'typescript';
import { formerWords } from './former-words.js';

/** One file of the repository: its path from the root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Where a rule is broken and how; `null` line: the whole file. */
export interface TidyFinding {
  readonly path: string;
  readonly line: number | null;
  readonly what: string;
}

/** A rule of style: what it finds wrong in one file. */
export type Rule = (file: SourceFile) => readonly TidyFinding[];

const isTypeScript = ({ path }: SourceFile): boolean => /\.tsx?$/.test(path);
const isSpec = ({ path }: SourceFile): boolean => path.endsWith('.spec.ts');

const linesMatching = ({ path, text }: SourceFile, pattern: RegExp, what: string): TidyFinding[] =>
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

/** No lint rule is switched off without a reason beside it. */
export const reasonedExceptions: Rule = (file) =>
  isTypeScript(file) || file.path.endsWith('.mjs')
    ? linesMatching(
        file,
        /eslint-disable(?!.*--\s*\S)/,
        'a lint rule is switched off without a reason',
      )
    : [];

/** No word that the glossary replaced is left as an identifier. */
export const fieldWords: Rule = (file) =>
  (isTypeScript(file) || file.path.endsWith('.mjs')) && !file.path.startsWith('tools/tidy/')
    ? linesMatching(file, formerWords, 'a word that the glossary replaced')
    : [];

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

/** Every rule that looks at one file. */
export const rules: readonly Rule[] = [
  documentedExports,
  plainNames,
  kebabFiles,
  reasonedExceptions,
  fieldWords,
  finishedAndPortable,
];

/**
 * No two exported types of the workspace have one name: a reader who searches for a type finds the
 * one that is meant.
 */
export function duplicateTypes(files: readonly SourceFile[]): readonly TidyFinding[] {
  const places = new Map<string, TidyFinding[]>();
  for (const file of files) {
    if (!isTypeScript(file) || isSpec(file)) continue;
    const source = parse(file);
    for (const node of source.statements) {
      if (!isExported(node) || !declaresType(node)) continue;
      const { text } = node.name;
      const line = lineOf(source, node.getStart(source));
      const same = places.get(text) ?? [];
      places.set(text, [...same, { path: file.path, line, what: `exports the type ${text} too` }]);
    }
  }
  return [...places.values()].filter((same) => same.length > 1).flat();
}

type NamedClass = ts.ClassDeclaration & { readonly name: ts.Identifier };

const declaresType = (
  node: ts.Statement,
): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | NamedClass =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  (ts.isClassDeclaration(node) && node.name !== undefined);
