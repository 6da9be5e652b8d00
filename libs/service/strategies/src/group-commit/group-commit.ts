import { allGuarantees } from '@coupon/application';
import { batchClaims, issueWithin } from '@coupon/concurrency';
import { definePlugin, type Plugin } from '../plugin.js';
import { groupCommitSettings } from './settings.js';

/**
 * One transaction for all claims that arrived while the previous one committed, over the row lock
 * of mysql-for-update, or over another one of `sections()` by GROUP_COMMIT_OVER: then the
 * guarantees are those of that section, warnings list what it lacks, and its own warnings and
 * alarms are passed on. `sections` is called when settings are read.
 */
export const groupCommit = (sections: () => readonly Plugin[]): Plugin =>
  definePlugin({
    name: 'group-commit',
    summary: {
      en: 'one transaction for all claims that arrived while the previous one committed',
      ko: '앞 트랜잭션이 커밋되는 동안 모인 요청을 한 트랜잭션으로',
    },
    guarantees: allGuarantees,
    settings: groupCommitSettings(sections),
    async open(resources, { openSection, batchMax, inFlightMax, queueMax, warnings }) {
      for (const warning of warnings) resources.log.warn('group-commit', { warning });
      const stockStore = resources.stockStore.pipelined ?? resources.stockStore;
      const section = await openSection({ ...resources, stockStore });
      return {
        ...batchClaims(
          issueWithin(section),
          {
            batchMax,
            inFlightMax,
            inFlightTotalMax: stockStore.transactionsMax,
            queueMax,
          },
          resources.clock,
        ),
        warnings: [...warnings, ...(section.warnings ?? [])],
        alarms: async () => (await section.alarms?.()) ?? [],
        [Symbol.asyncDispose]: () => section[Symbol.asyncDispose](),
      };
    },
  });
