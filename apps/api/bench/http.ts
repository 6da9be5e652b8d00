import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { fixture, issuedBytes } from './fixture.js';

/**
 * How much of Node's own speed the issue route keeps: a raw node:http handler and the real app (a
 * strategy that does nothing, token checked, metrics on) answer the same bytes, each in its own
 * process, in interleaved rounds A B B A, so that a slow minute of the machine hits both. Exits
 * with 1 below the goal. Usage: npm run bench:http -- [--rounds 6] [--seconds 3] [--connections
 * 200] [--goal 0.5]
 */
const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0`);
  return value;
};

interface Contender {
  readonly name: string;
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly rates: number[];
}

const here = dirname(fileURLToPath(import.meta.url));
const readySchema = z.object({ port: z.int(), token: z.string() });
const run = promisify(execFile);

async function start(name: string, file: string): Promise<Contender> {
  // Bundled as the product is: a loader's transformed functions are slower (tsx names each closure
  // as it is made).
  const built = join(here, '../dist/bench', file.replace(/ts$/, 'js'));
  await run(process.execPath, [join(here, '../bundle.mjs'), join(here, file), built]);
  const child = fork(built, { execArgv: [], env: { ...process.env, NODE_ENV: 'production' } });
  const messages: unknown[] = await once(child, 'message');
  const { port, token } = readySchema.parse(messages[0]);
  return { name, process: child, url: `http://127.0.0.1:${port}${fixture.path}`, token, rates: [] };
}

/** Both must give the same answer, but for the claim's id. */
async function checkSame(contender: Contender): Promise<void> {
  const response = await fetch(contender.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${contender.token}` },
  });
  const anyClaim = (text: string): string =>
    text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '(claim)');
  const text = await response.text();
  if (response.status !== 200 || anyClaim(text) !== anyClaim(issuedBytes))
    throw new Error(`${contender.name} answers ${response.status} ${text}`);
}

type Load = (contender: Contender, seconds: number, connections: number) => Promise<number>;

/**
 * wrk leaves most of the machine to the server; autocannon, where there is no wrk, eats as much as
 * it measures.
 */
async function findLoad(): Promise<{ readonly name: string; readonly load: Load }> {
  const bin = process.env['WRK_BIN'] ?? 'wrk';
  const wrkAnswers = await run(bin, ['-v']).then(
    () => true,
    (error: unknown) => error instanceof Error && Reflect.get(error, 'code') !== 'ENOENT',
  );
  return wrkAnswers
    ? { name: 'wrk', load: wrkLoad(bin) }
    : { name: 'autocannon', load: autocannonLoad };
}

const wrkLoad =
  (bin: string): Load =>
  async ({ name, url, token }, seconds, connections) => {
    const script = join(here, 'post.lua');
    const { stdout } = await run(bin, [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '-s',
      script,
      '-H',
      `Authorization: Bearer ${token}`,
      url,
    ]);
    if (/Non-2xx|Socket errors/.test(stdout))
      throw new Error(`${name} did not answer everything:\n${stdout}`);
    return Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
  };

const autocannonLoad: Load = async ({ name, url, token }, seconds, connections) => {
  const bin = fileURLToPath(import.meta.resolve('autocannon'));
  const args = [
    bin,
    '-j',
    '-m',
    'POST',
    '-c',
    String(connections),
    '-d',
    String(seconds),
    '-H',
    `Authorization=Bearer ${token}`,
    url,
  ];
  const { stdout } = await run(process.execPath, args);
  const { requests, non2xx, errors } = z
    .object({ requests: z.object({ average: z.number() }), non2xx: z.int(), errors: z.int() })
    .parse(JSON.parse(stdout));
  if (non2xx + errors > 0)
    throw new Error(`${name} did not answer everything: ${non2xx} wrong, ${errors} failed`);
  return requests.average;
};

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (
    ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
  );
};

const spread = (numbers: readonly number[], digits: number): string =>
  `median ${median(numbers).toFixed(digits)} (min ${Math.min(...numbers).toFixed(digits)}, max ${Math.max(...numbers).toFixed(digits)})`;

async function measure(raw: Contender, issue: Contender): Promise<boolean> {
  const rounds = option('rounds', 6);
  const seconds = option('seconds', 3);
  const connections = option('connections', 200);
  const goal = option('goal', 0.5);
  const { name, load } = await findLoad();
  console.log(
    `${rounds} rounds of ${seconds} s each way, ${connections} connections, ${name}, Node ${process.versions.node}`,
  );
  for (const contender of [raw, issue])
    await checkSame(contender).then(() => load(contender, 1, connections)); // warm up
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const pair = round % 2 === 1 ? [raw, issue] : [issue, raw];
    for (const contender of pair) contender.rates.push(await load(contender, seconds, connections));
    const ratio = (issue.rates.at(-1) ?? 0) / (raw.rates.at(-1) ?? Number.NaN);
    ratios.push(ratio);
    console.log(
      `round ${round}: ${pair.map((one) => `${one.name} ${one.rates.at(-1)?.toFixed(0)}/s`).join(', ')}: ratio ${ratio.toFixed(3)}`,
    );
  }
  for (const { name: who, rates } of [raw, issue])
    console.log(`${who.padEnd(12)} ${spread(rates, 0)} requests/s`);
  const reached = median(ratios) >= goal;
  console.log(
    `${'ratio'.padEnd(12)} ${spread(ratios, 3)}, goal ${goal}: ${reached ? 'reached' : 'MISSED'}`,
  );
  return reached;
}

const contenders: Contender[] = [];
try {
  const raw = await start('raw node:http', 'raw-server.ts');
  contenders.push(raw);
  const issue = await start('issue route', 'issue-server.ts');
  contenders.push(issue);
  process.exitCode = (await measure(raw, issue)) ? 0 : 1;
} finally {
  for (const contender of contenders) contender.process.kill();
}
