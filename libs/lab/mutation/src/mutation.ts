import ts from 'typescript';

/** A span of a file, in characters, and the text that takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One small fault that an operator can put into a file. */
export interface Mutation {
  /** The function that gets the fault, by its name. */
  readonly where: string;
  /** What is done, for a person: a phrase. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Functions that the fault needs; they stand behind the file. */
  readonly support?: string;
}

/** Puts one kind of fault into TypeScript or JavaScript, wherever it fits. Pure. */
export interface Operator {
  /** A part of each mutant's id: words joined by `-`. */
  readonly name: string;
  /** The mistake, as a person would tell it. */
  readonly title: string;
  mutate(source: ts.SourceFile): readonly Mutation[];
}

/** The text with all edits made; their spans must not overlap. */
export function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + replacement + result.slice(end);
  return result;
}

/** Parses a file; a faulty text gives a tree all the same. */
export const parse = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);

/** Calls `visit` for `node` and everything in it, in the order of the text. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** An edit that puts `text` in the place of `node`, comments before it excepted. */
export const replacing = (node: ts.Node, text: string): Edit => ({
  start: node.getStart(),
  end: node.getEnd(),
  text,
});
