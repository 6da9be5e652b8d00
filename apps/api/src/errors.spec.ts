import { describe, expect, it } from '@jest/globals';
import { reasons } from '@coupon/http-contract';
import { STATUS_CODES } from 'node:http';
import { problemOfNoVerdict, problems } from './errors.js';

describe('the table of problems', () => {
  it('tells every reason of the contract, and each in both languages', () => {
    expect(new Set(Object.values(problems).map((problem) => problem.reason))).toEqual(
      new Set(reasons),
    );
    for (const { en, ko } of Object.values(problems)) {
      expect(en).toMatch(/^[\x20-\x7e]+$/);
      expect(ko).toMatch(/[가-힣]/);
    }
  });

  it('gives the codes that the API promises', () => {
    const codes = Object.fromEntries(
      Object.values(problems).map((problem) => [problem.reason, problem.code]),
    );
    expect(codes).toEqual({
      SOLD_OUT: 409,
      LIMIT_REACHED: 409,
      NOT_OPEN: 409,
      LOCK_TIMEOUT: 409,
      EMAIL_TAKEN: 409,
      LEASE_LOST: 503,
      DEADLOCK: 503,
      UNAVAILABLE: 503,
      OUTCOME_UNKNOWN: 504,
      KEY_REUSED: 422,
      INVALID_REQUEST: 400,
      UNAUTHENTICATED: 401,
      FORBIDDEN: 403,
      NOT_FOUND: 404,
      METHOD_NOT_ALLOWED: 405,
      TOO_LARGE: 413,
      UNSUPPORTED_MEDIA_TYPE: 415,
      INTERNAL_ERROR: 500,
    });
    for (const { code } of Object.values(problems)) expect(STATUS_CODES[code]).toBeDefined();
  });

  it('asks for another try exactly where nothing was issued and the cause passes by itself', () => {
    const patient = Object.values(problems).filter((problem) => problem.retryAfterS !== undefined);
    expect(patient.every(({ code }) => code === 503)).toBe(true);
    expect(patient).toHaveLength(3);
  });

  it("says in the original's own words that the lock was not free", () => {
    expect(problems[problemOfNoVerdict.contended]).toMatchObject({
      code: 409,
      status: 'CONFLICT',
      ko: '락을 획득하지 못했습니다. 잠시 후 다시 시도해주세요.',
    });
  });
});
