import { asNoVerdict } from './errors.js';

/** Awaits a lookup; expected failures of the driver become NoVerdict. */
export async function lookup<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw asNoVerdict(error);
  }
}
