/** The two servers that a strategy talks to. */
export type Channel = 'mysql' | 'redis';

/** One message from a client: its bytes, and what it asks for (null: part of the greeting). */
export interface Message {
  readonly bytes: Buffer;
  readonly label: string | null;
}

/** Cuts a client's stream of bytes into messages; what is not whole yet stays for the next call. */
export type Framing = (chunk: Buffer) => readonly Message[];

/** A framing of its own for each connection. */
export function framingOf(channel: Channel): Framing {
  let rest: Buffer = Buffer.alloc(0);
  const next = channel === 'mysql' ? mysqlMessage : redisMessage;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (let message = next(rest); message !== null; message = next(rest)) {
      messages.push(message);
      rest = rest.subarray(message.bytes.length);
    }
    return messages;
  };
}

const HEADER_BYTES = 4;
const COM_QUIT = 0x01;
const COM_QUERY = 0x03;
const COM_STMT_PREPARE = 0x16;

/**
 * MySQL: three bytes of length, one of sequence, which is 0 where a command begins. Source: MySQL's
 * protocol documentation.
 */
function mysqlMessage(bytes: Buffer): Message | null {
  if (bytes.length < HEADER_BYTES) return null;
  const end = HEADER_BYTES + bytes.readUIntLE(0, 3);
  if (bytes.length < end) return null;
  const whole = bytes.subarray(0, end);
  if (bytes[3] !== 0 || end === HEADER_BYTES) return { bytes: whole, label: null };
  const command = whole[HEADER_BYTES] ?? 0;
  if (command === COM_QUERY)
    return { bytes: whole, label: statementLabel(whole.toString('utf8', HEADER_BYTES + 1)) };
  if (command === COM_STMT_PREPARE)
    return {
      bytes: whole,
      label: `PREPARE ${statementLabel(whole.toString('utf8', HEADER_BYTES + 1))}`,
    };
  return { bytes: whole, label: command === COM_QUIT ? null : `COMMAND ${command}` };
}

/**
 * A statement by its verb and its table: `SELECT coupons`, `INSERT user_coupon`, `COMMIT`.
 * Statements that travel together go by the COMMIT at their end, else by what follows the BEGIN at
 * their head.
 */
export function statementLabel(sql: string): string {
  const text = sql
    .trim()
    .replace(/^\/\*.*?\*\/\s*/s, '')
    .replace(/^begin; /i, '');
  if (/; commit$/i.test(text)) return 'COMMIT';
  if (/^(start transaction|begin)\b/i.test(text)) return 'BEGIN';
  const verb = /^\w+/.exec(text)?.[0].toUpperCase() ?? '?';
  const named = /\b(GET_LOCK|RELEASE_LOCK)\b/i.exec(text)?.[0].toUpperCase();
  const table = named ?? /\b(?:from|into|update)\s+`?(\w+)/i.exec(text)?.[1];
  return table === undefined || verb === 'SET' ? verb : `${verb} ${table}`;
}

/**
 * Redis: `*count`, then `$length` and the bytes, each line ended by CRLF. Source: the RESP
 * specification.
 */
function redisMessage(bytes: Buffer): Message | null {
  const lineFrom = (start: number): { readonly text: string; readonly next: number } | null => {
    const end = bytes.indexOf('\r\n', start);
    return end === -1 ? null : { text: bytes.toString('latin1', start, end), next: end + 2 };
  };
  const head = lineFrom(0);
  if (head === null) return null;
  if (!head.text.startsWith('*'))
    return {
      bytes: bytes.subarray(0, head.next),
      label: head.text.split(' ')[0]?.toUpperCase() ?? null,
    };
  let { next } = head;
  let name: string | null = null;
  for (let part = 0; part < Number(head.text.slice(1)); part += 1) {
    const length = lineFrom(next);
    if (length === null) return null;
    const end = length.next + Number(length.text.slice(1)) + 2;
    if (bytes.length < end) return null;
    name ??= commandName(bytes.toString('latin1', length.next, end - 2));
    next = end;
  }
  return { bytes: bytes.subarray(0, next), label: name };
}

/** A script's first call on a connection may carry its text, and the others its digest. */
const commandName = (name: string): string => name.toUpperCase().replace(/^EVALSHA$/, 'EVAL');
