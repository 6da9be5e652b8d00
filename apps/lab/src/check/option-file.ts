import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../run/user-error.js';

/** A file as the command line names it. */
export interface OptionFile {
  /** The option or argument. */
  readonly field: string;
  readonly path: string;
  /** What is allowed there, for the message. */
  readonly allowed: string;
}

/** An error that names the field, its value, what is allowed, and what is wrong. */
export const wrongValue = ({ field, path, allowed }: OptionFile, why: string): UserError =>
  new UserError(`${field} ${path}: must be ${allowed}; ${why}`);

const kindOf = (path: string): 'file' | 'folder' | 'nothing' => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
};

const may = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
};

/** Throws UserError unless `file` is one that can be read. */
export function requireReadable(file: OptionFile): void {
  const kind = kindOf(file.path);
  if (kind === 'nothing') throw wrongValue(file, 'there is none');
  if (kind === 'folder') throw wrongValue(file, 'it is a folder');
  if (!may(file.path, constants.R_OK)) throw wrongValue(file, 'reading it is not permitted');
}

/** Throws UserError unless `file` is one that can be written or created. Creates nothing. */
function requireWritable(file: OptionFile): void {
  const kind = kindOf(file.path);
  const folder = dirname(file.path);
  if (kind === 'folder') throw wrongValue(file, 'it is a folder');
  if (kindOf(folder) !== 'folder') throw wrongValue(file, `there is no folder ${folder}`);
  if (!may(kind === 'nothing' ? folder : file.path, constants.W_OK))
    throw wrongValue(file, 'writing it is not permitted');
}

/**
 * Throws UserError unless each of `outputs` is a file that can be written, and none is one of the
 * others or of `inputs`.
 */
export function requireOutputs(
  outputs: readonly { readonly field: string; readonly path: string | undefined }[],
  inputs: readonly Pick<OptionFile, 'field' | 'path'>[],
): void {
  const used = new Map(inputs.map(({ field, path }) => [resolve(path), field]));
  for (const { field, path } of outputs) {
    if (path === undefined) continue;
    const file = { field, path, allowed: 'a file that can be written' };
    requireWritable(file);
    const other = used.get(resolve(path));
    if (other !== undefined) throw wrongValue(file, `it is the file of ${other}`);
    used.set(resolve(path), field);
  }
}
