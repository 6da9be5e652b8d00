import { guaranteeNames, guarantees, type GuaranteeName } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { table, type DocsLanguage } from './markdown.js';

const words = {
  en: {
    strategy: 'strategy',
    summary: 'keeps claims apart by',
    yes: 'yes',
    no: 'no',
    with: (setting: string) => `no (yes with \`${setting}=true\`)`,
  },
  ko: {
    strategy: '전략',
    summary: '요청을 떼어 놓는 방법',
    yes: '예',
    no: '아니오',
    with: (setting: string) => `아니오 (\`${setting}=true\`면 예)`,
  },
};

/** A plugin, as far as the table shows it. */
export type TabledPlugin = Pick<Plugin, 'name' | 'summary' | 'guarantees' | 'declaredSettings'>;

/** The READMEs' table: what each strategy does and what it guarantees. */
export function strategiesTable(plugins: readonly TabledPlugin[], language: DocsLanguage): string {
  const say = words[language];
  const cell = (plugin: TabledPlugin, guarantee: GuaranteeName): string => {
    if (plugin.guarantees[guarantee]) return say.yes;
    const setting = plugin.declaredSettings.find(({ adds }) => adds === guarantee);
    return setting === undefined ? say.no : say.with(setting.variable);
  };
  return table(
    [say.strategy, say.summary, ...guaranteeNames.map((name) => guarantees[name].title[language])],
    plugins.map((plugin) => [
      `\`${plugin.name}\``,
      plugin.summary[language],
      ...guaranteeNames.map((guarantee) => cell(plugin, guarantee)),
    ]),
  );
}
