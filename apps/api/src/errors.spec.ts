import { describe, expect, it } from '@jest/globals';
import { reasons } from '@coupon/http-contract';
import { STATUS_CODES } from 'node:http';
import { errorOfNoVerdict, errorResponses } from './errors.js';

describe('the table of errors', () => {
  it('has every reason of the contract, and a message in both languages', () => {
    expect(new Set(Object.values(errorResponses).map(({ reason }) => reason))).toEqual(
      new Set(reasons),
    );
    for (const {
      message: { en, ko },
    } of Object.values(errorResponses)) {
      expect(en).toMatch(/^[\x20-\x7e]+$/);
      expect(ko).toMatch(/[가-힣]/);
    }
  });

  it('gives the codes that the API promises', () => {
    const codes = Object.fromEntries(
      Object.values(errorResponses).map(({ reason, code }) => [reason, code]),
    );
    expect(codes).toEqual({
      SOLD_OUT: 409,
      LIMIT_REACHED: 409,
      NOT_OPEN: 409,
      LOCK_TIMEOUT: 409,
      COUPON_INCONSISTENT: 409,
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
    for (const { code } of Object.values(errorResponses)) expect(STATUS_CODES[code]).toBeDefined();
  });

  it('asks for a retry exactly where nothing was issued and the cause passes by itself', () => {
    const passing = Object.values(errorResponses).filter(
      ({ retryAfterS }) => retryAfterS !== undefined,
    );
    expect(passing.map(({ reason }) => reason).sort()).toEqual([
      'DEADLOCK',
      'LEASE_LOST',
      'LOCK_TIMEOUT',
      'UNAVAILABLE',
    ]);
  });

  it("reports a lock timeout in the original's own words", () => {
    expect(errorResponses[errorOfNoVerdict.contended]).toMatchObject({
      code: 409,
      status: 'CONFLICT',
      message: { ko: '락을 획득하지 못했습니다. 잠시 후 다시 시도해주세요.' },
    });
  });
});
