import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import preset from '../../../jest.preset.mjs';

const here = import.meta.dirname;
const strategies = readdirSync(join(here, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The strategies that a spec is about: those in its file's name, or else those in its text. */
function subjectsOf(spec) {
  const inName = strategies.filter((name) => spec.startsWith(name));
  if (inName.length > 0) return inName;
  const text = readFileSync(join(here, 'test', spec), 'utf8');
  return strategies.filter((name) => text.includes(`'${name}'`));
}

const specs = readdirSync(join(here, 'test'))
  .filter((file) => file.endsWith('.spec.ts'))
  .map((spec) => ({ path: `/test/${spec}`, subjects: subjectsOf(spec) }));
const chosen = process.env['CONFORMANCE_STRATEGY'];
const pathsOf = (wanted) =>
  specs.filter(({ subjects }) => wanted(subjects)).map(({ path }) => path);

/** A spec about strategies runs when one of them is chosen, with `each-strategy.int.spec.ts`. */
export default chosen === undefined
  ? {
      ...preset,
      testPathIgnorePatterns: [
        ...preset.testPathIgnorePatterns,
        ...pathsOf((subjects) => subjects.length > 0),
      ],
    }
  : {
      ...preset,
      testMatch: [
        ...preset.testMatch,
        ...pathsOf((subjects) => subjects.includes(chosen)).map((path) => `**${path}`),
      ],
    };
