import type { Violation } from '@coupon/results';
import { messages } from '../messages/catalogue.js';
import { findingText } from '../messages/run.js';
import { Message } from '../preferences.js';

/** What the checker found: each violation with the claims that prove it. */
export function Evidence({ findings }: { findings: readonly Violation[] }) {
  if (findings.length === 0)
    return (
      <p>
        <Message text={messages.verdictCard.nothingFound} />
      </p>
    );
  return (
    <ul class="evidence">
      {findings.map(({ kind, count, text, claims }) => (
        <li key={kind}>
          <b>
            <Message text={{ en: kind, ko: messages.violations[kind].ko }} />
          </b>
          , <Message text={findingText(count, text)} />
          {claims.length > 0 && (
            <details>
              <summary>
                <Message text={messages.verdictCard.claims(claims.length)} />
              </summary>
              <p class="ids">
                {claims.map((claim) => (
                  <code key={claim}>{claim} </code>
                ))}
              </p>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
