import { endOf, startOf } from '../src/claim-index.js';
import { isForeign, isGrant, isUnknown, type RunHistory } from '../src/run-history.js';

/** The stock at some moment of a possible order of the claims. */
interface State {
  readonly total: number;
  readonly granted: ReadonlyMap<
    string,
    { readonly ordinal: number; readonly userId: number | undefined }
  >;
}

interface Operation {
  readonly startMs: number;
  readonly endMs: number;
  /** The states that can follow; none: the operation cannot happen now. */
  step(state: State): readonly State[];
}

/** Every operation that says something of the stock, or changes it. */
function operationsOf(
  { attempts, rows, stockChanges, perUserLimit }: RunHistory,
  issuesInOrder: boolean,
): readonly Operation[] {
  const recorded = new Map(rows.map((row) => [row.claimId, row]));
  const grant = (state: State, claimId: string, ordinal: number | null): readonly State[] => {
    const row = recorded.get(claimId);
    const known = state.granted.get(claimId);
    if (known !== undefined) return known.ordinal === ordinal ? [state] : [];
    if (row?.ordinal !== ordinal || state.granted.size >= state.total) return [];
    if (issuesInOrder && ordinal !== state.granted.size + 1) return [];
    const held = [...state.granted.values()].filter(({ userId }) => userId === row.userId).length;
    if (perUserLimit !== null && held >= perUserLimit) return [];
    return [
      { ...state, granted: new Map(state.granted).set(claimId, { ordinal, userId: row.userId }) },
    ];
  };
  const answered = (attempts ?? []).flatMap((attempt): Operation[] => {
    const times = {
      startMs: startOf(attempt),
      endMs: isUnknown(attempt) ? Infinity : endOf(attempt),
    };
    const { claimId, reason, userId, ordinal } = attempt;
    if (isForeign(attempt)) return [];
    if (isGrant(attempt))
      return [
        {
          ...times,
          step: (state) =>
            attempt.replayed === true && !state.granted.has(claimId)
              ? []
              : grant(state, claimId, ordinal),
        },
      ];
    if (isUnknown(attempt)) {
      const ordinal = recorded.get(claimId)?.ordinal ?? null;
      return [{ ...times, step: (state) => [state, ...grant(state, claimId, ordinal)] }];
    }
    if (reason === 'SOLD_OUT')
      return [
        {
          ...times,
          step: (state) =>
            state.granted.size >= state.total && !state.granted.has(claimId) ? [state] : [],
        },
      ];
    if (reason === 'NOT_OPEN')
      return [{ ...times, step: (state) => (state.granted.has(claimId) ? [] : [state]) }];
    if (reason !== 'LIMIT_REACHED') return [];
    const atLimit = ({ granted }: State): boolean =>
      !granted.has(claimId) &&
      [...granted.values()].filter((one) => one.userId === userId).length >=
        (perUserLimit ?? Infinity);
    return [{ ...times, step: (state) => (atLimit(state) ? [state] : []) }];
  });
  return [
    ...answered,
    ...stockChanges.map(({ by, startMs, endMs }): Operation => ({
      startMs,
      endMs,
      step: (state) => [{ ...state, total: state.total + by }],
    })),
  ];
}

/**
 * Whether any order of the operations that fits their times explains all answers and ends in the
 * rows: the search of Wing and Gong (1993), which shares none of the checker's shortcuts.
 * Exponential: for a dozen operations.
 */
export function isLinearizable(history: RunHistory, issuesInOrder: boolean): boolean {
  const operations = operationsOf(history, issuesInOrder);
  const tried = new Set<string>();
  const search = (done: number, state: State): boolean => {
    const key = `${done} ${[...state.granted.keys()].toSorted().join()}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const open = operations.flatMap((operation, n) => ((done >> n) & 1 ? [] : [{ operation, n }]));
    if (open.length === 0) return state.granted.size === history.rows.length;
    const firstEndMs = Math.min(...open.map(({ operation }) => operation.endMs));
    return open.some(
      ({ operation, n }) =>
        operation.startMs <= firstEndMs &&
        operation.step(state).some((next) => search(done | (1 << n), next)),
    );
  };
  const granted = new Map(
    history.before.rows.map((row) => [row.claimId, { ordinal: row.ordinal, userId: row.userId }]),
  );
  return search(0, { total: history.before.total, granted });
}
