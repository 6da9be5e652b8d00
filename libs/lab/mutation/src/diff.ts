const CONTEXT_LINES = 2;

/** What differs between two texts as one hunk of a unified diff, with two lines around it. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const old = before.split('\n');
  const changed = after.split('\n');
  const shortest = Math.min(old.length, changed.length);
  let first = 0;
  while (first < shortest && old[first] === changed[first]) first += 1;
  let same = 0;
  while (same < shortest - first && old.at(-1 - same) === changed.at(-1 - same)) same += 1;
  const from = Math.max(0, first - CONTEXT_LINES);
  const behind = old.slice(old.length - same).slice(0, CONTEXT_LINES);
  const removed = old.slice(first, old.length - same);
  const added = changed.slice(first, changed.length - same);
  const around = first - from + behind.length;
  return [
    `--- ${name}`,
    `+++ ${name}`,
    `@@ -${from + 1},${removed.length + around} +${from + 1},${added.length + around} @@`,
    ...old.slice(from, first).map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...behind.map((line) => ` ${line}`),
  ].join('\n');
}
