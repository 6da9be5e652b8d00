import { useCallback, useEffect, useState } from 'preact/hooks';

/** The state of a query: not yet answered, answered, or refused with a message. */
export interface QueryState<Value> {
  readonly value: Value | undefined;
  readonly fault: string | null;
  /** Queries once more; the old value stays until the answer comes. */
  readonly refetch: () => void;
}

/** Runs `query` when the component appears, and again whenever `key` changes. */
export function useQuery<Value>(query: () => Promise<Value>, key: string): QueryState<Value> {
  const [answer, setAnswer] = useState<{
    readonly key: string;
    readonly value?: Value;
    readonly fault: string | null;
  }>({ key, fault: null });
  const [count, setCount] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const settle = (settled: { readonly value?: Value; readonly fault: string | null }): void => {
      if (isWanted) setAnswer({ key, ...settled });
    };
    query().then(
      (value) => settle({ value, fault: null }),
      (error: unknown) => settle({ fault: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
    // `query` is a new function with every render; the key says what it asks for.
  }, [key, count]);
  const refetch = useCallback(() => setCount((was) => was + 1), []);
  const isCurrent = answer.key === key;
  return {
    value: isCurrent ? answer.value : undefined,
    fault: isCurrent ? answer.fault : null,
    refetch,
  };
}
