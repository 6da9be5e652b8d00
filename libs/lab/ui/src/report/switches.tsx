import { useContext } from 'preact/hooks';
import { messages } from '../messages/catalogue.js';
import { Message, PreferencesContext, themes, useText } from '../preferences.js';
import { languages, sameText, type Text } from '../text.js';

const { report, languageNames } = messages;

/** The buttons that choose language and theme. */
export function Switches() {
  const { language, theme, setLanguage, setTheme } = useContext(PreferencesContext);
  return (
    <>
      <ChoiceGroup
        name="language"
        label={report.language}
        choices={languages.map((one) => [one, sameText(languageNames[one])])}
        chosen={language}
        choose={setLanguage}
      />
      <ChoiceGroup
        name="theme"
        label={report.theme}
        choices={themes.map((one) => [one, report.themes[one]])}
        chosen={theme}
        choose={setTheme}
      />
    </>
  );
}

function ChoiceGroup<Value extends string>({
  name,
  label,
  choices,
  chosen,
  choose,
}: {
  name: 'language' | 'theme';
  label: Text;
  choices: readonly (readonly [Value, Text])[];
  chosen: Value;
  choose: (value: Value) => void;
}) {
  const text = useText();
  return (
    <div role="group" aria-label={text(label)}>
      {choices.map(([value, valueText]) => (
        <button
          key={value}
          type="button"
          {...{ [`data-${name}`]: value }}
          aria-pressed={value === chosen}
          onClick={() => choose(value)}
        >
          <Message text={valueText} />
        </button>
      ))}
    </div>
  );
}
