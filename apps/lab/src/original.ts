/**
 * The original experiment's figures (a Spring Boot service with JPA, MySQL and Lettuce, loaded with k6), as its author
 * published them: one broken run and five fixed ones.
 */
export const original = {
  broken: { requests: 30_000, granted: 7_836, failed: 22_164, lostUpdates: 3_767, ratePerS: 969.8, medMs: 3.75, p95Ms: 17.8 },
  fixed: [
    { granted: 29_126, lockTimeouts: 11, ratePerS: 300.8, medMs: 5_350, p95Ms: 5_580 },
    { granted: 31_928, lockTimeouts: 5, ratePerS: 331.0, medMs: 4_760, p95Ms: 5_230 },
    { granted: 31_274, lockTimeouts: 4, ratePerS: 324.8, medMs: 4_910, p95Ms: 5_400 },
    { granted: 29_980, lockTimeouts: 8, ratePerS: 309.3, medMs: 5_110, p95Ms: 5_660 },
    { granted: 30_226, lockTimeouts: 5, ratePerS: 311.2, medMs: 5_300, p95Ms: 5_520 },
  ],
} as const;
