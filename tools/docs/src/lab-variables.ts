import type { Bilingual } from '@coupon/application';

/** Environment variables that the lab, the tests, the tools or a k6 script read. */
export interface LabVariable {
  readonly names: readonly string[];
  readonly default: string | Bilingual;
  readonly about: Bilingual;
}

const none = { en: 'none', ko: '없음' };
const found = { en: 'found or installed', ko: '찾거나 설치' };

/** What is read outside the service, where a declaration would have no other use. */
export const labVariables: readonly LabVariable[] = [
  {
    names: ['DATABASE_URL', 'REDIS_URL'],
    default: { en: 'private servers', ko: '전용 서버' },
    about: { en: 'use these servers instead', ko: '이 서버를 대신 사용합니다' },
  },
  {
    names: ['K6_BIN'],
    default: found,
    about: { en: 'the k6 to run', ko: '실행할 k6' },
  },
  {
    names: ['WRK_BIN'],
    default: found,
    about: { en: 'the wrk for `npm run bench`', ko: '`npm run bench`가 쓸 wrk' },
  },
  {
    names: ['CHROMIUM_BIN'],
    default: found,
    about: {
      en: "the browser for the live page's tests and `npm run screenshots`",
      ko: '실시간 페이지의 테스트와 `npm run screenshots`가 쓰는 브라우저',
    },
  },
  {
    names: ['COUPON_RACE_INSTALL'],
    default: { en: 'announce, then install', ko: '알리고 설치' },
    about: {
      en: '`never` forbids installing anything',
      ko: '`never`면 아무것도 설치하지 않습니다',
    },
  },
  {
    names: ['COUPON_RACE_SERVICES_DIR'],
    default: '`.services`',
    about: { en: 'where the private servers keep their data', ko: '전용 서버의 데이터 폴더' },
  },
  {
    names: ['DEBUG'],
    default: none,
    about: {
      en: 'any value: print the stack traces of unexpected errors of the lab',
      ko: '값이 있으면 실험실의 예상하지 못한 오류를 스택과 함께 출력합니다',
    },
  },
  {
    names: ['BASE_URL'],
    default: none,
    about: {
      en: 'a k6 script run by hand: the service under load',
      ko: 'k6 스크립트를 직접 실행할 때: 부하를 받을 서비스',
    },
  },
  {
    names: ['ADMIN_EMAIL', 'ADMIN_PASSWORD', 'COUPON_ID'],
    default: none,
    about: {
      en: 'a k6 script run by hand: the administrator that creates a coupon, or an existing coupon',
      ko: 'k6 스크립트를 직접 실행할 때: 쿠폰을 만들 관리자 또는 이미 있는 쿠폰',
    },
  },
  {
    names: ['EMAIL', 'PASSWORD'],
    default: { en: 'a new user', ko: '새 사용자' },
    about: {
      en: 'a k6 script run by hand: the user that claims',
      ko: 'k6 스크립트를 직접 실행할 때: 발급을 요청하는 사용자',
    },
  },
  {
    names: ['PROFILE', 'SUMMARY_PATH'],
    default: none,
    about: {
      en: "a k6 script run by hand: `race.ts`'s profile, and a file for the summary",
      ko: 'k6 스크립트를 직접 실행할 때: `race.ts`의 프로필, 요약을 쓸 파일',
    },
  },
];
