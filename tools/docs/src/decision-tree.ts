import type { GuaranteeName } from '@coupon/application';

/** A question with two answers, or the strategy that the answers so far lead to. */
export type Branch = Question | Leaf;

/** `yes` and `no` lead on. */
export interface Question {
  readonly ask: string;
  readonly yes: Branch;
  readonly no: Branch;
}

/** Where the answers end; `because` says what they have in common. */
export interface Leaf {
  readonly strategy: string;
  readonly because: string;
}

/**
 * What every strategy in the tree must promise: whoever may do without one of these is asked for it
 * on the way.
 */
export const asked: readonly GuaranteeName[] = [
  'neverOverIssues',
  'neverLosesUpdates',
  'acrossProcesses',
];

const lockOutside: Question = {
  ask: 'Is there a Redis that all processes reach?',
  yes: {
    ask: 'Do many claims wait for the same coupon at once?',
    yes: {
      strategy: 'redis-queue-lock',
      because: 'one waiter of a process asks Redis, and hands the lock on to the next in line',
    },
    no: {
      strategy: 'redis-pubsub-lock',
      because: 'a waiter is told of the release and does not ask for it over and over',
    },
  },
  no: {
    strategy: 'mysql-named-lock',
    because: 'the database keeps the lock, by a name instead of a row',
  },
};

/** The questions in the order in which their answers exclude most. */
export const decisionTree: Question = {
  ask: 'Does one coupon draw more claims a second than one transaction each can answer?',
  yes: {
    ask: 'Must a grant be in the database before its claim is answered?',
    yes: { strategy: 'group-commit', because: 'one transaction answers a whole batch' },
    no: { strategy: 'redis-counter', because: 'Redis decides, and the rows follow' },
  },
  no: {
    ask:
      'Must the lock cover more than the database transaction, ' +
      'such as a call to another service?',
    yes: lockOutside,
    no: {
      ask: 'Is every coupon a thing of its own, such as a code or a seat?',
      yes: {
        strategy: 'mysql-skip-locked',
        because: 'one row for each, and claims that take different rows do not wait for each other',
      },
      no: {
        ask: 'Do claims for the same coupon seldom meet?',
        yes: {
          strategy: 'mysql-optimistic',
          because: 'nobody waits for a lock, and who loses tries again',
        },
        no: {
          ask: 'Can the whole rule be said in one UPDATE?',
          yes: {
            strategy: 'mysql-conditional-update',
            because: 'the row is locked for the shortest time',
          },
          no: {
            strategy: 'mysql-for-update',
            because: 'the rule is free to read and think while the row is locked',
          },
        },
      },
    },
  },
};

/** The strategies that the tree leads to, in its order. */
export const leavesOf = (branch: Branch): readonly Leaf[] =>
  'ask' in branch ? [...leavesOf(branch.yes), ...leavesOf(branch.no)] : [branch];

/** The tree as a mermaid flowchart, one line each for questions, leaves and arrows. */
export function flowchartOf(tree: Branch): string {
  const lines: string[] = ['flowchart TD'];
  let count = 0;
  const draw = (branch: Branch): string => {
    const id = `n${(count += 1)}`;
    if (!('ask' in branch)) {
      lines.push(`  ${id}["<b>${branch.strategy}</b><br/>${branch.because}"]`);
      return id;
    }
    lines.push(`  ${id}{"${branch.ask}"}`);
    for (const answer of ['yes', 'no'] as const)
      lines.push(`  ${id} -->|${answer}| ${draw(branch[answer])}`);
    return id;
  };
  draw(tree);
  return lines.join('\n');
}
