/**
 * The original experiment's figures (a Spring Boot service with JPA, MySQL and Lettuce, loaded with k6), as its author
 * published them: one broken run and five fixed ones.
 */
export const original = {
  broken: { total: 30_000, requests: 30_000, granted: 7_836, failed: 22_164, lostUpdates: 3_767, ratePerS: 969.8, avgMs: 15.56, medMs: 3.75, p90Ms: 8.2, p95Ms: 17.8, maxMs: 718.61, remaining: 25_931 },
  /** `quantity` started at 50,000. */
  fixed: [
    { granted: 29_126, lockTimeouts: 11, ratePerS: 300.8, avgMs: 5_040, medMs: 5_350, p90Ms: 5_520, p95Ms: 5_580, maxMs: 15_770, remaining: 20_874 },
    { granted: 31_928, lockTimeouts: 5, ratePerS: 331.0, avgMs: 4_500, medMs: 4_760, p90Ms: 5_010, p95Ms: 5_230, maxMs: 15_340, remaining: 18_072 },
    { granted: 31_274, lockTimeouts: 4, ratePerS: 324.8, avgMs: 4_620, medMs: 4_910, p90Ms: 5_260, p95Ms: 5_400, maxMs: 15_030, remaining: 18_726 },
    { granted: 29_980, lockTimeouts: 8, ratePerS: 309.3, avgMs: 4_870, medMs: 5_110, p90Ms: 5_560, p95Ms: 5_660, maxMs: 15_710, remaining: 20_020 },
    { granted: 30_226, lockTimeouts: 5, ratePerS: 311.2, avgMs: 4_830, medMs: 5_300, p90Ms: 5_490, p95Ms: 5_520, maxMs: 15_510, remaining: 19_774 },
  ],
} as const;
