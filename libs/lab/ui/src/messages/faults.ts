import type { FaultKind, FaultVerdict } from '@coupon/results';
import { whole } from '../format.js';
import { sameText, type Text } from '../text.js';

/** What a cell must come to: in a word, as its name in files, and what it says. */
export const faultVerdicts: Readonly<
  Record<FaultVerdict, { readonly word: Text; readonly meaning: Text }>
> = {
  available: {
    word: { en: 'available', ko: '계속 발급' },
    meaning: {
      en: 'nothing is broken, and grants go on during the fault',
      ko: '깨진 것이 없고, 장애 중에도 발급이 계속됨',
    },
  },
  sound: {
    word: { en: 'sound', ko: '안전' },
    meaning: {
      en: 'nothing is broken, and there are grants again within 5 s of healing',
      ko: '깨진 것이 없고, 복구 후 5초 안에 다시 발급됨',
    },
  },
  'unavailable-until-healed': {
    word: { en: 'unavailable', ko: '발급 중단' },
    meaning: {
      en: 'sound, and nothing is granted until the fault is healed',
      ko: '안전하지만, 복구될 때까지 발급되지 않음',
    },
  },
  breaks: {
    word: { en: 'breaks', ko: '깨짐' },
    meaning: {
      en: 'some of the named violations are found, and no others: a declared hazard',
      ko: '예측한 위반만 발견됨: 이미 알려진 위험',
    },
  },
};

/** What a fault does. */
export const faultKinds: Readonly<Record<FaultKind, Text>> = {
  'database-away': { en: 'database away', ko: '데이터베이스 중단' },
  'redis-away': { en: 'Redis away', ko: 'Redis 중단' },
  'redis-forgets': { en: 'Redis forgets', ko: 'Redis 데이터 유실' },
  'redis-flushed': { en: 'Redis flushed', ko: 'Redis 비우기' },
  'api-away': { en: 'API process away', ko: 'API 프로세스 중단' },
  'rolling-update': { en: 'rolling update', ko: '롤링 업데이트' },
  'worker-away': { en: 'worker away', ko: '워커 중단' },
  connections: { en: 'connections lost', ko: '연결 끊김' },
  'row-held': { en: 'row locked', ko: '행 잠금' },
  'stock-changed': { en: 'stock changed by SQL', ko: 'SQL로 재고 변경' },
  'stock-unsound': { en: 'stock does not add up', ko: '재고 불일치' },
  'rows-lost': { en: 'rows lost', ko: '행 유실' },
  network: { en: 'messages late or lost', ko: '메시지 지연·유실' },
  'slow-network': { en: 'slow network', ko: '느린 네트워크' },
  clock: { en: 'wrong clock', ko: '잘못된 시계' },
  'disk-full': { en: 'disk full', ko: '디스크 가득 참' },
};

/** The matrix of faults and strategies. */
export const faultMatrix = {
  heading: { en: 'Faults', ko: '장애' },
  lead: {
    en:
      'Each cell is one fault that strikes two API processes under load. What must happen ' +
      'is written down before it is run; a cell that differs, either way, fails. ' +
      'The word in a cell is the prediction, the mark before it says whether it came true.',
    ko:
      '각 칸은 부하를 받는 API 프로세스 두 개에 일으킨 장애 하나입니다. ' +
      '결과를 미리 예측해 두고 실행하며, 어느 쪽으로든 예측과 다르면 실패입니다. ' +
      '칸의 단어는 예측이고, 앞의 기호는 예측이 맞았는지를 나타냅니다.',
  },
  fault: { en: 'Fault', ko: '장애' },
  asPredicted: { en: 'as predicted', ko: '예측대로' },
  notAsPredicted: { en: 'NOT as predicted', ko: '예측과 다름' },
  notRun: { en: 'not run', ko: '실행 안 함' },
  inapplicable: { en: 'no cell: the fault says nothing about it', ko: '해당 없음' },
  older: { en: 'older', ko: '이전 리비전' },
  olderMeaning: (newest: string) => ({
    en: `of another revision than the newest, ${newest}`,
    ko: `최신 리비전 ${newest}이(가) 아닌 리비전에서 실행함`,
  }),
  strategy: { en: 'Strategy', ko: '전략' },
  kind: { en: 'Kind of fault', ko: '장애 종류' },
  all: { en: 'all', ko: '모두' },
  onlyDeviations: { en: 'Only what is not as predicted', ko: '예측과 다른 것만' },
  summary: (found: { run: number; of: number; differing: number; older: number }) => ({
    en:
      `${whole(found.run)} of ${whole(found.of)} cells were run: ` +
      `${whole(found.run - found.differing)} as predicted, ${whole(found.differing)} not; ` +
      `${whole(found.older)} of an older revision.`,
    ko:
      `전체 ${whole(found.of)}칸 중 ${whole(found.run)}칸 실행: ` +
      `예측대로 ${whole(found.run - found.differing)}칸, 예측과 다름 ${whole(found.differing)}칸, ` +
      `이전 리비전 ${whole(found.older)}칸.`,
  }),
  nothingLeft: { en: 'No cell is like that.', ko: '조건에 맞는 칸이 없습니다.' },
  empty: {
    en:
      'No cell has been run in this clone yet. ' +
      'These commands run the whole matrix (about an hour, can be resumed) or one cell:',
    ko: '이 저장소에서 아직 실행한 칸이 없습니다. 전체(약 한 시간, 이어서 실행 가능) 또는 한 칸을 실행하는 명령은 다음과 같습니다.',
  },
} as const;

/** One cell of it. */
export const faultCell = {
  title: { en: 'Coupon Race: fault', ko: '쿠폰 레이스: 장애' },
  back: { en: 'All faults', ko: '모든 장애' },
  never: { en: 'This cell has not been run here yet.', ko: '아직 실행하지 않은 칸입니다.' },
  noCell: (reason: string) => ({
    en: `There is no such cell: ${reason}.`,
    ko: `해당 없는 칸입니다: ${reason}.`,
  }),
  predicted: { en: 'Predicted', ko: '예측' },
  found: { en: 'Found', ko: '결과' },
  because: { en: 'because', ko: '이유' },
  anyOf: { en: 'at least one of', ko: '다음 중 하나 이상' },
  measured: { en: 'Measured', ko: '측정값' },
  checked: { en: 'Answers against rows', ko: '응답과 행의 비교' },
  answers: { en: 'Answers', ko: '응답' },
  answer: { en: 'answer', ko: '응답' },
  attempts: { en: 'attempts', ko: '시도' },
  again: { en: 'Run it again', ko: '다시 실행하기' },
  run: { en: 'Run it', ko: '실행하기' },
} as const;

const secondsOf = (ms: number): string => (ms / 1_000).toFixed(1);

/** The chart of a cell. */
export const faultChart = {
  title: { en: 'Grants over time', ko: '시간에 따른 발급' },
  about: (stepMs: number) => ({
    en:
      `New grants in each step of ${whole(stepMs)} ms, as clients saw them; ` +
      `the shaded part is the fault, and bars mark half a second or more without any grant.`,
    ko: `클라이언트가 본 ${whole(stepMs)} ms 구간별 새 발급 수입니다. 색칠한 부분이 장애이고, 막대는 0.5초 이상 발급이 없던 구간입니다.`,
  }),
  axis: { en: 'grants per step', ko: '구간별 발급' },
  grants: { en: 'grants', ko: '발급' },
  fault: { en: 'fault', ko: '장애' },
  faultSpan: (injectedMs: number, healedMs: number | null) => ({
    en:
      `fault: injected ${secondsOf(injectedMs)} s, ` +
      (healedMs === null ? 'never healed' : `healed ${secondsOf(healedMs)} s`),
    ko:
      `장애: 발생 ${secondsOf(injectedMs)}초, ` +
      (healedMs === null ? '복구 안 됨' : `복구 ${secondsOf(healedMs)}초`),
  }),
  withoutGrant: { en: 'without a grant', ko: '발급 없음' },
  gap: (ms: number) => ({
    en: `no grant ${secondsOf(ms)} s`,
    ko: `발급 없음 ${secondsOf(ms)}초`,
  }),
} as const;

/** The figures of a cell, each with its label. */
export const faultFigures = {
  grants: { en: 'grants', ko: '발급' },
  grantsOf: (grants: number, claims: number, duringFault: number) => ({
    en:
      `${whole(grants)} of ${whole(claims)} claims; ` +
      `${whole(duringFault)} of claims that began and ended during the fault`,
    ko: `요청 ${whole(claims)}건 중 ${whole(grants)}건. 장애 중에 시작하고 끝난 요청의 발급 ${whole(duringFault)}건`,
  }),
  withoutSuccess: { en: 'longest time without a grant', ko: '발급이 없던 가장 긴 시간' },
  recovery: { en: 'first grant after healing', ko: '복구 후 첫 발급' },
  none: { en: 'none', ko: '없음' },
  unknown: { en: 'unknown outcomes', ko: '결과를 알 수 없던 요청' },
  unknownOf: (of: {
    count: number;
    resolved: number;
    granted: number;
    refused: number;
    attemptsMax: number;
  }) => ({
    en:
      `${whole(of.count)}: replays found ${whole(of.granted)} granted ` +
      `and ${whole(of.refused)} refused, ${whole(of.count - of.resolved)} never resolved; ` +
      `at most ${whole(of.attemptsMax)} attempts`,
    ko:
      `${whole(of.count)}건: 재요청으로 발급 ${whole(of.granted)}건, 거절 ${whole(of.refused)}건 확인, ` +
      `미확인 ${whole(of.count - of.resolved)}건. 최대 ${whole(of.attemptsMax)}회 시도`,
  }),
  pastDeadline: { en: 'longest wait past a deadline', ko: '기한을 가장 많이 넘긴 대기' },
  pastDeadlineOf: (pastMs: number, lagMs: number) => ({
    en: `${whole(pastMs)} ms (the load generator’s own lag: ${whole(lagMs)} ms)`,
    ko: `${whole(pastMs)} ms (부하 생성기 자체 지연 ${whole(lagMs)} ms)`,
  }),
  falselyReady: {
    en: 'ready while no claim could be granted',
    ko: '발급할 수 없는데 준비됨이라고 한 시간',
  },
  drains: (n: number) => ({
    en: `end of process ${n} after SIGTERM`,
    ko: `SIGTERM 후 프로세스 ${n} 종료`,
  }),
  drain: (tookMs: number, exitCode: number | null) => ({
    en: `${whole(tookMs)} ms, ${exitCode === null ? 'killed' : `code ${exitCode}`}`,
    ko: `${whole(tookMs)} ms, ${exitCode === null ? '강제 종료' : `종료 코드 ${exitCode}`}`,
  }),
  rows: { en: 'rows', ko: '행' },
  rowsOf: (of: { lost: number; over: number; updates: number; twice: number }) => ({
    en:
      `${whole(of.lost)} acknowledged grants lost, ${whole(of.over)} over-issued, ` +
      `${whole(of.updates)} lost updates, ${whole(of.twice)} duplicate ordinals`,
    ko:
      `응답한 발급 유실 ${whole(of.lost)}건, 초과 발급 ${whole(of.over)}건, ` +
      `갱신 손실 ${whole(of.updates)}건, 중복 번호 ${whole(of.twice)}건`,
  }),
  revision: { en: 'revision', ko: '리비전' },
  startedAt: { en: 'started', ko: '시작' },
  took: { en: 'took', ko: '걸린 시간' },
  ms: (ms: number) => sameText(`${whole(ms)} ms`),
} as const;
