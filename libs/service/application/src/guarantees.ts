/** A text in both languages of the documentation. */
export interface Bilingual {
  readonly en: string;
  readonly ko: string;
}

interface GuaranteeText {
  /** A few words: the heading of a column. */
  readonly title: Bilingual;
  /** What holds where it is given, in a sentence. */
  readonly explanation: Bilingual;
}

/**
 * Everything that a strategy can promise, in the order of tables. The lab and the tests hold a
 * strategy to exactly what it declares, both ways: a guarantee declared false must really break.
 */
export const guarantees = {
  neverOverIssues: {
    title: { en: 'never over-issues', ko: '초과 발급 없음' },
    explanation: {
      en: 'There are never more than `totalQuantity` grants, and no user holds more than allowed.',
      ko: '발급 수가 `totalQuantity`를 넘지 않고, 사용자별 한도도 지켜진다.',
    },
  },
  neverLosesUpdates: {
    title: { en: 'loses no update', ko: '갱신 손실 없음' },
    explanation: {
      en: '`quantity` always equals `totalQuantity` less the grants.',
      ko: '`quantity`는 언제나 `totalQuantity`에서 발급 수를 뺀 값이다.',
    },
  },
  recordedOnReturn: {
    title: { en: 'recorded on return', ko: '응답 시 기록됨' },
    explanation: {
      en: 'A grant is in the database when its claim is answered.',
      ko: '요청에 응답하는 시점에 발급이 데이터베이스에 기록되어 있다.',
    },
  },
  acrossProcesses: {
    title: { en: 'across processes', ko: '여러 프로세스' },
    explanation: {
      en: 'The guarantees hold while several processes issue the same coupon.',
      ko: '여러 프로세스가 같은 쿠폰을 발급해도 보장이 유지된다.',
    },
  },
  survivesPausedHolder: {
    title: { en: 'survives a paused holder', ko: '멈춘 보유자를 견딤' },
    explanation: {
      en:
        'A process may stop in the middle of its work (SIGSTOP, a long collection, a frozen ' +
        'machine) for longer than any lease, and go on; or its COMMIT may arrive that late, on ' +
        'any supported database.',
      ko:
        '프로세스가 작업 도중 어떤 임대보다 오래 멈췄다가(SIGSTOP, 긴 GC 등) ' +
        '이어서 실행되어도, 또는 COMMIT이 그만큼 늦게 도착해도, ' +
        '어떤 지원 데이터베이스에서든 안전하다.',
    },
  },
  issuesInOrder: {
    title: { en: 'issues in order', ko: '순서대로 발급' },
    explanation: {
      en:
        'Ordinals are 1, 2, 3 in the order of real time: a claim that began after another was ' +
        'granted has the higher number.',
      ko:
        '순번이 실제 시간 순서대로 1, 2, 3으로 매겨진다. ' +
        '먼저 발급된 뒤에 시작한 요청의 번호가 더 크다.',
    },
  },
} as const satisfies Readonly<Record<string, GuaranteeText>>;

/** The name of a guarantee, as plugins and result files write it. */
export type GuaranteeName = keyof typeof guarantees;

/** What a strategy promises. */
export type Guarantees = Readonly<Record<GuaranteeName, boolean>>;

/** The names of all guarantees, in the order of tables. */
export const guaranteeNames: readonly GuaranteeName[] = Object.keys(guarantees).filter(
  (name): name is GuaranteeName => Object.hasOwn(guarantees, name),
);

/** A record with one value for each guarantee. */
export function forEachGuarantee<Value>(
  valueOf: (name: GuaranteeName) => Value,
): Readonly<Record<GuaranteeName, Value>> {
  const values: Partial<Record<GuaranteeName, Value>> = {};
  for (const name of guaranteeNames) values[name] = valueOf(name);
  if (!isComplete(values)) throw new Error('a guarantee without a value');
  return values;
}

const isComplete = <Value>(
  values: Partial<Record<GuaranteeName, Value>>,
): values is Record<GuaranteeName, Value> =>
  guaranteeNames.every((name) => Object.hasOwn(values, name));

/** Every guarantee given: a plugin spreads it and overrides those that it does not give. */
export const allGuarantees: Guarantees = forEachGuarantee(() => true);
