import { describe, expect, it } from '@jest/globals';
import { applied, parse } from '../mutation.js';
import { luaOperators, operators } from './index.js';

/** The faulty texts that the operator of that name makes of a function's body. */
function faultyTexts(
  operator: string,
  body: string,
  head = 'async function enter(terms, work, deadline)',
): string[] {
  const text = `${head} {\n${body}\n}\n`;
  const found = operators.find(({ name }) => name === operator);
  return (found?.mutate(parse('strategy.ts', text)) ?? []).map(({ edits }) =>
    applied(text, edits)
      .slice(head.length)
      .replace(/\s+/g, ' ')
      .replace(/^ \{ ?| \} $/g, ''),
  );
}

describe('an operator on TypeScript', () => {
  it.each([
    ['drop-statement', 'await release(); go();', ['go();', 'await release();']],
    ['drop-statement', 'log.warn("late"); counters.count("late");', []],
    [
      'swap-statements',
      'await lock(); const row = await read();',
      ['const row = await read(); await lock();'],
    ],
    ['swap-statements', 'const row = await read(); await write(row);', []],
    [
      'forget-await',
      'try { return await run(); } finally { await release(); }',
      [
        'try { return run(); } finally { await release(); }',
        'try { return await run(); } finally { release(); }',
      ],
    ],
    ['forget-await', 'const row = await read();', []],
    [
      'release-first',
      'try { return await run(work); } finally { await release(); }',
      ['await release(); return await run(work);'],
    ],
    [
      'release-before-commit',
      'try { return await run(work); } finally { await release(); }',
      [
        'return await run(async (stock) => { const done = await work(stock); ' +
          'await release(); return done; });',
      ],
    ],
    [
      'release-on-success-only',
      'try { return await run(work); } finally { await release(); }',
      ['const done = await run(work); await release(); return done;'],
    ],
    [
      'fail-open',
      'const taken = await client.set(key, token).catch(throwUnavailable);',
      ["const taken = await client.set(key, token).catch(() => 'OK');"],
    ],
    ['fail-open', 'await client.eval(script).catch(() => undefined);', []],
    [
      'ignore-result',
      "const reply = await ask(); if (reply === 'OK') go();",
      ['const reply = await ask(); if (true) go();', 'const reply = await ask(); if (false) go();'],
    ],
    ['guard-removed', 'if (isLost) throw lost();', [';']],
    ['one-branch-only', 'return isFenced ? a : b;', ['return a;', 'return b;']],
    ['condition-halved', 'if (a && b) go();', ['if (a) go();', 'if (b) go();']],
    ['comparison-flipped', 'if (taken >= total) go();', ['if (taken < total) go();']],
    ['off-by-one', 'if (taken >= total) go();', ['if (taken > total) go();']],
    ['off-by-one', 'if (nowMs >= endsAtMs) go();', []],
    [
      'wrong-key',
      'return `{coupon:${terms.couponId}}:lock`;',
      [
        'return `{coupon:}:lock`;',
        'return `{coupon:${terms.couponId}}:lock:${process.pid}`;',
        'return `{coupon:${terms.couponId}}:lock:${Math.random()}`;',
      ],
    ],
    ['weaker-mode', "return run('lock-row');", ["return run('plain');"]],
    ['drop-clause', 'await row.forUpdate().execute();', ['await row.execute();']],
    [
      'set-option',
      "await client.set(key, token, 'PX', leaseMs, 'NX');",
      [
        "await client.set(key, token, 'PX', leaseMs);",
        "await client.set(key, token, 'NX');",
        "await client.set(key, token, 'EX', leaseMs, 'NX');",
      ],
    ],
    ['unwrap', 'return withRetry(once, settings, clock);', ['return once;']],
    [
      'retry-lost-commit',
      'await store.inTransaction(mode, work, deadline);',
      ['await againIfLost(() => store.inTransaction(mode, work, deadline));'],
    ],
    [
      'cache-read',
      'const row = await stock.read(terms, users);',
      ['const row = await cachedFor(terms.couponId, () => stock.read(terms, users));'],
    ],
  ])('%s: %s', (operator, body, expected) => {
    expect(faultyTexts(operator, body)).toEqual(expected);
  });

  it('knows what belongs to no claim: settings, types and the texts of errors', () => {
    const aside = "defineSettings({ n: integer('N', { default: a && b ? 1 : 2 }) });";
    const error = "throw new NoVerdict('contended', a && b ? c : d);";
    for (const { name } of operators.filter((one) => one.name !== 'drop-statement'))
      expect([name, faultyTexts(name, aside), faultyTexts(name, error)]).toEqual([name, [], []]);
  });
});

describe('an operator on Lua', () => {
  const script = [
    '-- compares and deletes',
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then",
    '  return 0',
    'end',
    "redis.call('DEL', KEYS[1])",
    'return 1',
  ].join('\n');

  it.each([
    ['drop-statement', "redis.call('DEL', KEYS[1])", ''],
    ['guard-removed', "if redis.call('GET', KEYS[1]) ~= ARGV[1] then", 'if false then'],
    ['ignore-result', "if redis.call('GET', KEYS[1]) ~= ARGV[1] then", 'if true then'],
    ['comparison-flipped', '~=', '=='],
    ['wrong-return', 'return 1', 'return 0'],
  ])('%s changes %s', (operator, before, after) => {
    const found = luaOperators.find(({ name }) => name === operator);
    const texts = (found?.mutate(script) ?? []).map(({ edits }) => applied(script, edits));
    expect(texts).toContain(script.replace(before, after));
  });
});
