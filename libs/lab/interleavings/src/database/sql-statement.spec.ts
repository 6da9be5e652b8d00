import { describe, expect, it } from '@jest/globals';
import { sqlResult, sqlStatement } from './sql-statement.js';

const told = (sql: string, parameters: readonly unknown[] = [], gone = false) =>
  sqlStatement(sql, parameters, gone);

describe('a statement as the explorer sees it', () => {
  it.each([
    [
      'select `quantity` from `coupons` where `id` = ? for update',
      [7],
      'SELECT coupons FOR UPDATE',
      null,
    ],
    [
      'select `id` from `coupon_units` where `coupon_id` = ? limit ? for update skip locked',
      [7, 1],
      'SELECT coupon_units FOR UPDATE SKIP LOCKED',
      null,
    ],
    ['select * from `coupons` where `id` = ?', [7], 'SELECT coupons', null],
    [
      'insert into `user_coupon` (`coupon_id`, `ordinal`, `claim_id`) values (?, ?, ?), (?, ?, ?)',
      [7, 3, 'x', 7, 4, 'y'],
      'INSERT user_coupon',
      { ordinal: 3 },
    ],
    [
      'update `coupons` set `quantity` = ?, `version` = ? where `id` = ? and `version` = ? ' +
        'and `quantity` = ?',
      [1, 2, 7, 1, 2],
      'UPDATE coupons IF version = 1 AND quantity = 2',
      { quantity: 1, version: 2 },
    ],
    [
      'update `coupons` set `quantity` = GREATEST(quantity,?) - ?, `version` = version + 1, ' +
        '`last_ordinal` = GREATEST(last_ordinal,?) where `id` = ?',
      [1, 1, 3, 7],
      'UPDATE coupons',
      { quantity: 'quantity - 1', version: 'version + 1' },
    ],
    [
      'update `coupons` set `quantity` = `quantity` - ? where `id` = ? and `quantity` > ?',
      [1, 7, 0],
      'UPDATE coupons IF quantity > 0',
      { quantity: 'quantity - 1' },
    ],
    [
      '/*M!100101 SET STATEMENT max_statement_time = 0 FOR */ SELECT GET_LOCK(?, ?) AS got',
      ['a', 1],
      'SELECT GET_LOCK',
      null,
    ],
    [
      'analyze table coupons_of_a_name_that_is_longer_than_a_column',
      [],
      'analyze table coupons_of_a_name_that_is_longer_…',
      null,
    ],
  ])('%s', (sql, parameters, text, written) => {
    expect(told(sql, parameters)).toEqual({ text, takesTurn: true, releases: false, written });
  });

  it('is one with those it travels with: nobody can come between', () => {
    expect(told('BEGIN; SELECT quantity FROM coupons WHERE id = ? FOR UPDATE', [7])).toEqual({
      text: 'SELECT coupons FOR UPDATE',
      takesTurn: true,
      releases: false,
      written: null,
    });
    const end = told(
      'INSERT INTO user_coupon (coupon_id, ordinal) VALUES (?, ?); ' +
        'UPDATE coupons SET quantity = ? WHERE id = ?; COMMIT',
      [7, 3, 1, 7],
    );
    expect(end).toEqual({
      text: 'INSERT user_coupon; UPDATE coupons; COMMIT',
      takesTurn: true,
      releases: true,
      written: { ordinal: 3, quantity: 1 },
    });
    expect(
      sqlResult(told('BEGIN; SELECT quantity FROM coupons', []), [
        { affectedRows: 0 },
        [{ quantity: 2 }],
      ]),
    ).toEqual({ effect: '1 row', read: { quantity: 2 } });
  });

  it('takes no turn where nobody could notice', () => {
    expect(told('begin')).toMatchObject({ text: 'BEGIN', takesTurn: false });
    expect(told('set transaction isolation level serializable')).toMatchObject({
      takesTurn: false,
    });
    expect(told('rollback', [], true)).toMatchObject({ takesTurn: false });
    expect(told('rollback')).toMatchObject({ takesTurn: true, releases: true });
    expect(told('commit')).toMatchObject({ takesTurn: true, releases: true });
    expect(told('SELECT RELEASE_LOCK(?) AS released', ['a'])).toMatchObject({
      takesTurn: true,
      releases: true,
    });
  });
});

describe('its answer', () => {
  it('counts rows and shows the first, without ids and times', () => {
    const select = told('select * from `coupons`');
    expect(
      sqlResult(select, [{ id: 1, quantity: 2, opens_at: new Date(0), total_quantity: 9 }]),
    ).toEqual({ effect: '1 row', read: { quantity: 2 } });
    expect(sqlResult(select, [])).toEqual({ effect: '0 rows', read: null });
    expect(
      sqlResult(told('update `coupons` set `quantity` = ?', [1]), { affectedRows: 2 }),
    ).toEqual({ effect: '2 rows', read: null });
    expect(sqlResult(told('commit'), { affectedRows: 0 })).toEqual({ effect: 'ok', read: null });
  });
});
