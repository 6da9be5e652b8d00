import { optionsOf, type Profile } from '../lib/profile.ts';
import { claimOnce, enter, summarise, type Ticket } from '../lib/race.ts';

const profile: Profile = JSON.parse(open('../profiles/original-broken.json'));

export const options = optionsOf(profile);
export const setup = (): Ticket => enter(profile);
export default (ticket: Ticket): void => claimOnce(ticket, profile.thinkMs);
export const handleSummary = summarise;
