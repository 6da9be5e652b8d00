import { claimOnce, prepare, summarize, type Ticket } from '../lib/claims.ts';
import { optionsOf, parseLoadProfile } from '../lib/load-profile.ts';

// PROFILE names one of k6/profiles.
const profile = parseLoadProfile(open(`../profiles/${__ENV.PROFILE ?? 'smoke'}.json`));

export const options = optionsOf(profile);
export const setup = (): Ticket => prepare(profile);
export default (ticket: Ticket): void => claimOnce(ticket, profile.thinkMs);
export const handleSummary = summarize;
