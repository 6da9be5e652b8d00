import { describe, expect, it } from '@jest/globals';
import { ConfigFaults, readSettings } from './settings.js';

const read = (env: Record<string, string>) =>
  readSettings(env, (from) => ({
    leaseMs: from.integer('LEASE_MS', { fallback: 5, min: 1, max: 10 }),
    fenced: from.flag('FENCED', false),
    mode: from.oneOf('MODE', ['fast', 'slow'], 'slow'),
    secret: from.text('SECRET', {
      fallback: '',
      accepts: (value) => value.length >= 4,
      allowed: 'at least 4 characters',
      secret: true,
    }),
  }));

describe('readSettings', () => {
  it('reads what is there and falls back where nothing is', () => {
    expect(read({ LEASE_MS: '7', FENCED: 'true', SECRET: 'long enough' })).toEqual({
      leaseMs: 7,
      fenced: true,
      mode: 'slow',
      secret: 'long enough',
    });
  });

  it('reports all faults at once: variable, value and what is allowed; hides secrets', () => {
    const faultsOf = () => {
      try {
        read({ LEASE_MS: '1e1', FENCED: 'yes', MODE: 'warp', SECRET: 'abc' });
        return [];
      } catch (error) {
        return error instanceof ConfigFaults ? error.faults : [];
      }
    };
    expect(faultsOf()).toEqual([
      { variable: 'LEASE_MS', value: '1e1', allowed: 'a whole number from 1 to 10' },
      { variable: 'FENCED', value: 'yes', allowed: 'one of true, false' },
      { variable: 'MODE', value: 'warp', allowed: 'one of fast, slow' },
      { variable: 'SECRET', value: '(hidden)', allowed: 'at least 4 characters' },
    ]);
  });

  it.each(['0', '11', '-1', ' 5', '5.5'])('%j is no allowed number', (LEASE_MS) => {
    expect(() => read({ LEASE_MS, SECRET: 'long enough' })).toThrow(/LEASE_MS=/);
  });
});
