import { httpSettings } from '@coupon/api/http-settings';
import type { Bilingual, SettingFacts } from '@coupon/application';
import { mysqlSettings } from '@coupon/mysql';
import { redisSettings } from '@coupon/redis';
import { strategyChoice } from '@coupon/runtime';
import type { Plugin } from '@coupon/strategies';
import { telemetrySettings } from '@coupon/telemetry';
import { labVariables, type LabVariable } from './lab-variables.js';
import { strategyLink, table, type DocsLanguage } from './markdown.js';

const words = {
  en: {
    title: 'Settings',
    other: '한국어: [SETTINGS.ko.md](SETTINGS.ko.md).',
    lead:
      'Everything is set by environment variables; an empty one counts as unset. ' +
      'A wrong value ends the process at its start with all faults at once: ' +
      'variable, value and what is allowed.',
    service: 'The service',
    database: 'Database',
    redis: 'Redis',
    log: 'Log',
    strategies: 'Strategies',
    none: 'Strategies without settings',
    lab: 'Lab, tests and `npm run services`',
    head: ['variable', 'default', 'allowed', 'unit', 'what it does'],
    labHead: ['variable', 'default', 'what it does'],
    required: 'required',
    unset: 'none',
  },
  ko: {
    title: '설정',
    other: 'English: [SETTINGS.md](SETTINGS.md).',
    lead:
      '모든 설정은 환경 변수로 하며, 빈 값은 설정하지 않은 것과 같습니다. ' +
      '잘못된 값이 있으면 프로세스가 시작할 때 끝나며, ' +
      '잘못된 변수와 값, 허용 범위를 한 번에 모두 알려 줍니다.',
    service: '서비스',
    database: '데이터베이스',
    redis: 'Redis',
    log: '로그',
    strategies: '전략',
    none: '설정이 없는 전략',
    lab: '실험실과 테스트, `npm run services`',
    head: ['변수', '기본값', '허용 범위', '단위', '뜻'],
    labHead: ['변수', '기본값', '뜻'],
    required: '필수',
    unset: '없음',
  },
};

const serviceParts = [
  ['service', [...strategyChoice.declared, ...httpSettings.declared]],
  ['database', mysqlSettings.declared],
  ['redis', redisSettings.declared],
  ['log', telemetrySettings.declared],
] as const;

/** docs/SETTINGS.md or docs/SETTINGS.ko.md: every variable, from the declarations. */
export function settingsPage(
  plugins: readonly Pick<Plugin, 'name' | 'declaredSettings'>[],
  language: DocsLanguage,
): string {
  const say = words[language];
  const defaultOf = ({ default: value }: SettingFacts): string => {
    if (value === null) return say.required;
    return value === '' ? say.unset : `\`${value}\``;
  };
  const settingsTable = (settings: readonly SettingFacts[]): string =>
    table(
      say.head,
      settings.map((setting) => [
        `\`${setting.variable}\``,
        defaultOf(setting),
        setting.allowed,
        setting.unit ?? '',
        setting.about[language],
      ]),
    );
  const without = plugins.filter(({ declaredSettings }) => declaredSettings.length === 0);
  return [
    `# ${say.title}`,
    '<!-- Made by `npm run docs` from the declarations in the code. ' +
      'A test fails when it is not up to date. -->',
    `${say.lead} ${say.other}`,
    ...serviceParts.flatMap(([part, settings]) => [`## ${say[part]}`, settingsTable(settings)]),
    `## ${say.strategies}`,
    ...plugins
      .filter((plugin) => !without.includes(plugin))
      .flatMap(({ name, declaredSettings }) => [
        `### ${strategyLink(name)}`,
        settingsTable(declaredSettings),
      ]),
    `${say.none}: ${without.map(({ name }) => strategyLink(name)).join(', ')}.`,
    `## ${say.lab}`,
    labTable(labVariables, say.labHead, language),
  ].join('\n\n');
}

const labTable = (
  variables: readonly LabVariable[],
  head: readonly string[],
  language: DocsLanguage,
): string =>
  table(
    head,
    variables.map(({ names, default: fallback, about }) => [
      names.map((name) => `\`${name}\``).join(', '),
      inLanguage(fallback, language),
      about[language],
    ]),
  );

const inLanguage = (value: string | Bilingual, language: DocsLanguage): string =>
  typeof value === 'string' ? value : value[language];
