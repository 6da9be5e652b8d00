import type { Text } from '@coupon/charts';
import { runNameOf, type Environment, type RunResult } from '@coupon/results';
import { drawSwimlanes, languages, momentsOf, words, letterOf } from '@coupon/swimlanes';
import { figuresOf, whole } from '../output/table.js';
import type { ChartPanel } from './charts.js';
import { both, either, esc, table } from './html.js';
import {
  findingNames,
  happenedIn,
  headlinesOf,
  labels,
  promiseOf,
  stateOf,
  states,
} from './texts.js';
import type { Trace } from './trace.js';

const section = (id: string, title: Text, body: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${both(title)}</h2>${body}</section>`;

/** What each run promised, what happened, and the evidence. */
export function verdictSection(runs: readonly RunResult[]): string {
  return section(
    'verdicts',
    { en: 'Verdicts', ko: '판정' },
    `<div class="cards">${runs.map(cardOf).join('')}</div>`,
  );
}

function cardOf(run: RunResult): string {
  const state = stateOf(run);
  const headlines = headlinesOf(run).map(
    ([figure, label]) => `<div><dd>${esc(figure)}</dd><dt>${both(label)}</dt></div>`,
  );
  const findings = run.verdict.findings.map(({ kind, count, text, claims }) => {
    const ids = claims.map((id) => `<code>${esc(id)}</code>`).join(' ');
    const proof =
      claims.length === 0
        ? ''
        : `<details><summary>${both({ en: `claims that prove it (${claims.length})`, ko: `증거가 되는 요청 (${claims.length})` })}</summary><p class="ids">${ids}</p></details>`;
    return `<li><b>${both({ en: kind, ko: findingNames[kind] })}</b>, ${both({ en: `${whole(count)}: ${text}`, ko: `${whole(count)}건` })}${proof}</li>`;
  });
  const nothing: Text = {
    en: 'The referee compared every answer with the rows and found nothing.',
    ko: '심판이 모든 응답을 행과 비교했고 문제를 찾지 못했습니다.',
  };
  const evidence =
    findings.length === 0
      ? `<p>${both(nothing)}</p>`
      : `<ul class="evidence">${findings.join('')}</ul>`;
  return `<article class="card ${state}" data-run="${esc(runNameOf(run))}">
<header><h3>${esc(runNameOf(run))}</h3><p class="load">${esc(run.profile)}</p><strong class="state">${both(states[state])}</strong></header>
<p class="label">${both({ en: 'Promised', ko: '약속' })}</p><p>${both(promiseOf(run))}</p>
<p class="label">${both({ en: 'Happened', ko: '결과' })}</p><p>${both(happenedIn(run))}</p>
<dl class="figures">${headlines.join('')}</dl><p class="label">${both({ en: 'Evidence', ko: '증거' })}</p>${evidence}</article>`;
}

const drawn: Text = { en: 'The race, drawn', ko: '그림으로 보는 경쟁' };

/**
 * Two transactions of a strategy that broke, and of one that held, each as swim lanes with its
 * words behind it.
 */
export function traceSection(traces: readonly Trace[], why: Text | null): string {
  const about: Text = {
    en: 'Two claims at the same moment, played statement by statement by the explorer on the database server of this race. Time runs downwards; the column in the middle is what everybody sees in the coupon’s row.',
    ko: '같은 순간에 온 두 요청을, 이 경주의 데이터베이스 서버에서 탐색기가 SQL 문장 단위로 실행한 기록입니다. 시간은 아래로 흐르고, 가운데 기둥은 모두에게 보이는 쿠폰 행의 값입니다.',
  };
  const body =
    traces.length === 0
      ? why === null
        ? ''
        : `<p>${both(why)}</p>`
      : `<p>${both(about)}</p><div class="traces">${traces.map(traceOf).join('')}</div>`;
  return body === '' ? '' : section('trace', drawn, body);
}

function traceOf({ strategy, database, schedule, of }: Trace): string {
  const rows = (language: 'en' | 'ko'): readonly (readonly string[])[] => [
    words[language].columns.map(esc),
    ...momentsOf(schedule, language).map(({ atMs, client, lines }) => [
      atMs.toFixed(1),
      esc(words[language].client(letterOf(client))),
      lines.map(({ text }) => esc(text)).join('<br>'),
    ]),
  ];
  const among: Text =
    of === 1
      ? { en: 'the only order that there is', ko: '가능한 유일한 순서' }
      : { en: `one of ${of} orders`, ko: `순서 ${of}가지 중 하나` };
  const caption: Text = {
    en: `ends ${schedule.outcome}, ${among.en}`,
    ko: `결과 ${schedule.outcome}, ${among.ko}`,
  };
  const pictures = languages.map(
    (language) =>
      `<div lang="${language}" class="scroll" role="region" tabindex="0" aria-label="${either(drawn)}: ${esc(strategy)}">${drawSwimlanes(schedule, { language })}</div>`,
  );
  const tables = languages.map(
    (language) =>
      `<div lang="${language}">${table({ en: caption[language], ko: caption[language] }, rows(language))}</div>`,
  );
  return `<figure class="trace" data-strategy="${esc(strategy)}"><figcaption><h3>${esc(strategy)}</h3><p>${both(caption)} (${esc(database)})</p></figcaption>${pictures.join('')}<details><summary>${both({ en: 'In words', ko: '글로 보기' })}</summary>${tables.join('')}</details></figure>`;
}

const nothingKept: Text = {
  en: 'Neither its history nor what was read of its rows is there any more.',
  ko: '이 실행의 기록이 남아 있지 않습니다.',
};

/** The charts of each run, with the table behind each; the page's script draws them. */
export function courseSection(
  runs: readonly RunResult[],
  plates: readonly (readonly ChartPanel[])[],
  leftOut: number,
): string {
  const groups = plates.map((own, n) => {
    const run = runs[n];
    if (run === undefined) return '';
    if (own.every(({ chart }) => chart.x.values.length === 0))
      return `<section class="run"><h3>${esc(runNameOf(run))}</h3><p>${both(nothingKept)}</p></section>`;
    return `<section class="run"><h3>${esc(runNameOf(run))}</h3><div class="plates">${own.map((plate) => plateOf(plate, `run-${n}`)).join('')}</div></section>`;
  });
  const note =
    leftOut === 0
      ? ''
      : `<p>${both({ en: `${leftOut} further runs are in the table only.`, ko: `나머지 ${leftOut}개 실행은 표에만 있습니다.` })}</p>`;
  return section('courses', { en: 'How it went', ko: '진행 과정' }, groups.join('') + note);
}

function plateOf({ title, about, chart }: ChartPanel, group: string): string {
  const id = esc(chart.id);
  return `<figure class="plate"><figcaption id="${id}-title"><h4>${both(title)}</h4><p>${both(about)}</p></figcaption>
<div class="chart" data-chart="${id}" data-group="${group}" tabindex="0" role="group" aria-labelledby="${id}-title" aria-describedby="keys"></div>
<p class="said" data-said aria-live="polite"></p><details><summary>${both({ en: 'As a table', ko: '표로 보기' })}</summary></details></figure>`;
}

/** The table that the console prints, with the same figures. */
export function tableSection(runs: readonly RunResult[]): string {
  const cell = (label: string, figure: string, n: number): string => {
    const run = runs[n];
    return label === 'verdict' && run !== undefined
      ? both({ en: figure, ko: states[stateOf(run)].ko })
      : esc(figure).replace(/\n/g, '<br>');
  };
  const lines = figuresOf(runs).map(({ label, figures }) => [
    both({ en: label, ko: labels.get(label) ?? label }),
    ...figures.map((figure, n) => cell(label, figure, n)),
  ]);
  return section(
    'figures',
    { en: 'All figures', ko: '모든 수치' },
    table(
      { en: 'As printed by the race', ko: '경주가 출력한 표' },
      [['', ...runs.map((run) => esc(runNameOf(run)))], ...lines],
      'figures',
    ),
  );
}

/** Where and with what it was made, and how to make it again. */
export function environmentSection(command: string, environment: Environment): string {
  const { startedAt, node, database, redis, k6, os, cpu, cpus, memoryMb, revision } = environment;
  const rows: readonly (readonly [Text, string])[] = [
    [{ en: 'started', ko: '시작' }, startedAt],
    [{ en: 'machine', ko: '머신' }, `${cpus} x ${cpu}, ${whole(memoryMb)} MB, ${os}`],
    [{ en: 'database', ko: '데이터베이스' }, database],
    [{ en: 'Redis', ko: 'Redis' }, redis],
    [{ en: 'k6', ko: 'k6' }, k6],
    [{ en: 'Node', ko: 'Node' }, node],
    [{ en: 'revision', ko: '리비전' }, revision],
  ];
  const again: Text = { en: 'Run it again', ko: '다시 실행하기' };
  const beside: Text = {
    en: 'Beside this file: result.json has every figure, *.history.jsonl every claim as its client saw it, *.watch.jsonl what was read of the rows meanwhile, trace.json the statements drawn above.',
    ko: '이 파일 옆: result.json에 모든 수치, *.history.jsonl에 클라이언트가 본 모든 요청, *.watch.jsonl에 그동안 읽은 행의 상태, trace.json에 위 그림의 SQL 문장이 있습니다.',
  };
  return section(
    'environment',
    { en: 'Where this was made', ko: '실행 환경' },
    `${table({ en: 'Environment', ko: '환경' }, [['', ''], ...rows.map(([label, value]) => [both(label), esc(value)])], 'plain')}<h3>${both(again)}</h3><pre><code>${esc(command)}</code></pre><p>${both(beside)}</p>`,
  );
}
