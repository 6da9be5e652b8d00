import { useCallback, useEffect, useState } from 'preact/hooks';

/** What was asked of the lab: not yet answered, answered, or refused in words. */
export interface QueryState<Value> {
  readonly value: Value | undefined;
  readonly fault: string | null;
  /** Asks once more; what is there stays until the answer comes. */
  readonly again: () => void;
}

/** Asks when the component appears, and anew whenever `key` changes. */
export function useQuery<Value>(ask: () => Promise<Value>, key: string): QueryState<Value> {
  const [answer, setAnswer] = useState<{
    readonly key: string;
    readonly value?: Value;
    readonly fault: string | null;
  }>({ key, fault: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    ask().then(
      (value) => void (wanted && setAnswer({ key, value, fault: null })),
      (error: unknown) =>
        void (
          wanted &&
          setAnswer({ key, fault: error instanceof Error ? error.message : String(error) })
        ),
    );
    return () => {
      wanted = false;
    };
    // `ask` is written anew with every render; what it asks for is told by the key.
  }, [key, turn]);
  const again = useCallback(() => setTurn((was) => was + 1), []);
  const isCurrent = answer.key === key;
  return {
    value: isCurrent ? answer.value : undefined,
    fault: isCurrent ? answer.fault : null,
    again,
  };
}
