import { describe, expect, it } from '@jest/globals';
import { userId } from '@coupon/domain';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Authentication } from './authentication.js';

const secret = 'a secret of at least 32 bytes for the specs';
const startMs = Date.UTC(2025, 2, 26);
const clock = { atMs: startMs, nowMs: () => clock.atMs, monotonicMs: () => 0 };
const authentication = (rememberedMax = 10) =>
  new Authentication({ secret, lifetimeS: 60, rememberedMax }, clock);
const invalid = { error: 'INVALID_TOKEN' };
const expired = { error: 'TOKEN_EXPIRED' };

const signed = (claims: Record<string, unknown>, key = secret, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
const good = { sub: '7', role: 'user', exp: startMs / 1_000 + 60 };

describe('authentication', () => {
  it('knows whom it signed a token for, and remembers', async () => {
    clock.atMs = startMs;
    const auth = authentication();
    const { token, expiresAtMs } = await auth.sign(userId(7), 'admin');
    expect(auth.known(`Bearer ${token}`)).toBeUndefined();
    expect(await auth.identify(`Bearer ${token}`)).toEqual({ user: 7, role: 'admin', expiresAtMs });
    expect(auth.known(`Bearer ${token}`)).toEqual({
      user: 7,
      role: 'admin',
      expiresAtMs: startMs + 60_000,
    });
  });

  it('forgets a remembered token at the moment it expires', async () => {
    clock.atMs = startMs;
    const auth = authentication();
    const header = `Bearer ${(await auth.sign(userId(7), 'user')).token}`;
    await auth.identify(header);
    clock.atMs = startMs + 59_999;
    expect((await auth.identify(header)).user).toBe(7);
    clock.atMs = startMs + 60_000;
    expect(auth.known(header)).toBeUndefined();
    await expect(auth.identify(header)).rejects.toMatchObject(expired);
  });

  it('remembers no more than it may', async () => {
    clock.atMs = startMs;
    const auth = authentication(2);
    const headers: string[] = [];
    for (const id of [1, 2, 3])
      headers.push(`Bearer ${(await auth.sign(userId(id), 'user')).token}`);
    for (const header of headers) await auth.identify(header);
    expect(headers.map((header) => auth.known(header)?.user)).toEqual([undefined, 2, 3]);
  });

  it('accepts a token that another holder of the secret signed', async () => {
    clock.atMs = startMs;
    expect((await authentication().identify(`Bearer ${await signed(good)}`)).user).toBe(7);
  });

  const bad: readonly [string, () => Promise<string> | string][] = [
    ['of alg none', () => new UnsecuredJWT(good).encode()],
    ['of another HMAC', () => signed(good, secret.padEnd(64, '.'), 'HS512')],
    ['of the same secret but HS384', () => signed(good, secret.padEnd(48, '.'), 'HS384')],
    ['of another secret', () => signed(good, 'another secret of at least 32 bytes here')],
    ['that is expired', () => signed({ ...good, exp: startMs / 1_000 - 1 })],
    ['that never expires', () => signed({ sub: '7', role: 'user' })],
    ['of a user with no number', () => signed({ ...good, sub: '1 OR 1=1' })],
    ['of a role that does not exist', () => signed({ ...good, role: 'root' })],
    [
      'whose signature was tampered with',
      async () => (await signed(good)).replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')),
    ],
    [
      'whose claims were tampered with',
      async () => {
        const [head, , signature] = (await signed(good)).split('.');
        return [
          head,
          Buffer.from(JSON.stringify({ ...good, role: 'admin' })).toString('base64url'),
          signature,
        ].join('.');
      },
    ],
    ['that is no token', () => 'hello'],
    ['that is empty', () => ''],
  ];
  it.each(bad)('refuses a token %s', async (name, token) => {
    clock.atMs = startMs;
    const auth = authentication();
    const header = `Bearer ${await token()}`;
    await expect(auth.identify(header)).rejects.toMatchObject(
      name === 'that is expired' ? expired : invalid,
    );
    expect(auth.known(header)).toBeUndefined();
  });

  it('refuses what is no Bearer header', async () => {
    await expect(authentication().identify(undefined)).rejects.toMatchObject({ error: 'NO_TOKEN' });
    for (const header of [
      '',
      'Basic YTpi',
      await signed(good),
      `Bearer ${'x'.repeat(5_000)}.y.z`,
    ]) {
      await expect(authentication().identify(header)).rejects.toMatchObject(invalid);
    }
  });
});
