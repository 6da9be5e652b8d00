import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const resultsFolder = join(dirname(fileURLToPath(import.meta.url)), '../../.test-results');

/**
 * Leaves the counts of one nx target as `.test-results/<project>.<target>.json`, an output that nx
 * restores with a cached run.
 */
export default class CountingReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const { name } = JSON.parse(readFileSync(join(this.rootDir, 'package.json'), 'utf8'));
    // A suite that cannot load has no test to fail, so it counts as one.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const counts = {
      passed: results.numPassedTests,
      failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const target = process.env['NX_TASK_TARGET_TARGET'] ?? 'test';
    const file = join(resultsFolder, `${name}.${target}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(counts));
  }
}
