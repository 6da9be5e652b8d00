import { describe, expect, it } from '@jest/globals';
import { framingOf, statementLabel } from './messages.js';

const query = (sql: string): Buffer => {
  const body = Buffer.concat([Buffer.from([3]), Buffer.from(sql)]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
};
const command = (...words: readonly string[]): Buffer =>
  Buffer.from(
    `*${words.length}\r\n` +
      words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join(''),
  );

describe('messages', () => {
  it.each([
    [
      'mysql',
      Buffer.concat([query('select `a` from `coupons` where 1'), query('COMMIT')]),
      ['SELECT coupons', 'COMMIT'],
    ],
    [
      'redis',
      Buffer.concat([
        command('set', 'k\r\n*', '티'),
        command('EVAL', 'x', '0'),
        command('evalsha', 'y', '0'),
      ]),
      ['SET', 'EVAL', 'EVAL'],
    ],
  ] as const)('of %s are told apart wherever the stream is cut', (channel, bytes, labels) => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const framing = framingOf(channel);
      const messages = [...framing(bytes.subarray(0, cut)), ...framing(bytes.subarray(cut))];
      expect(messages.map(({ label }) => label)).toEqual(labels);
      expect(Buffer.concat(messages.map((message) => message.bytes))).toEqual(bytes);
    }
  });

  it('a greeting is no step of a claim', () => {
    expect(framingOf('mysql')(Buffer.from([1, 0, 0, 1, 3]))).toMatchObject([{ label: null }]);
  });

  it.each([
    ['START TRANSACTION', 'BEGIN'],
    ['BEGIN; SELECT quantity FROM coupons WHERE id = 1 FOR UPDATE', 'SELECT coupons'],
    ['INSERT INTO user_coupon (a) VALUES (1); UPDATE coupons SET quantity = 1; COMMIT', 'COMMIT'],
    ['insert into `user_coupon` (`a`) values (1)', 'INSERT user_coupon'],
    ['update `coupons` set `quantity` = 1', 'UPDATE coupons'],
    [
      "/*M!100101 SET STATEMENT max_statement_time = 0 FOR */ SELECT GET_LOCK('a', 1)",
      'SELECT GET_LOCK',
    ],
    ['SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET'],
  ])('%s is a %s', (sql, label) => expect(statementLabel(sql)).toBe(label));
});
