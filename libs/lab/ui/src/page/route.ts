import { useEffect, useState } from 'preact/hooks';

/** The parts of the address behind `#/`, such as `['results', '<id>']`. */
const partsNow = (): readonly string[] =>
  location.hash
    .replace(/^#\//, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);

/** Where the reader is. */
export function useRoute(): readonly string[] {
  const [parts, setParts] = useState(partsNow);
  useEffect(() => {
    const listen = (): void => setParts(partsNow());
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
  return parts;
}

/** The address of a place within the page. */
export const hrefTo = (...parts: readonly string[]): string =>
  `#/${parts.map(encodeURIComponent).join('/')}`;
