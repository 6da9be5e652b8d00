import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ReportAssets } from '@coupon/ui/report';
import { build } from 'esbuild';
import { root } from '../run/paths.js';

/** Bundles the script and the styles of every report: a third of a second, some 100 kB. */
export async function buildReportAssets(): Promise<ReportAssets> {
  const { outputFiles } = await build({
    absWorkingDir: join(root, 'libs/lab/ui'),
    entryPoints: { client: './src/report/client.tsx', report: './src/styles/report.css' },
    outdir: 'unwritten',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const textOf = (end: string): string =>
    outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const script = textOf('.js')
    .replace(/<\/script/gi, '<\\/script')
    .trim();
  return {
    script,
    scriptHash: createHash('sha256').update(script).digest('base64'),
    styles: textOf('.css').replace(/<\/style/gi, '<\\/style'),
  };
}
