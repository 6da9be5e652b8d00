import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { readHistory, type ClaimRecord } from '@coupon/results';

/** A fast run writes at most some 10 MB per second; a larger rest waits for the next read. */
const BYTES_PER_READ_MAX = 32 * 2 ** 20;
const CHUNK_BYTES = 256 * 1_024;

/** Reads a history while k6 writes it. Disposing closes the file. */
export class HistoryTail implements AsyncDisposable {
  private handle: FileHandle | undefined;
  private readonly decoder = new StringDecoder('utf8');
  private readonly buffer = Buffer.alloc(CHUNK_BYTES);
  private offset = 0;
  /** The last line, whose end is not written yet. */
  private begun = '';

  constructor(private readonly file: string) {}

  /**
   * Reads the claims whose lines were finished since the last call; none while there is no file.
   * Torn lines are skipped.
   */
  async readNew(): Promise<readonly ClaimRecord[]> {
    this.handle ??= await open(this.file, 'r').catch(() => undefined);
    if (this.handle === undefined) return [];
    let text = this.begun;
    for (let read = 0; read < BYTES_PER_READ_MAX;) {
      const { bytesRead } = await this.handle.read(this.buffer, 0, CHUNK_BYTES, this.offset);
      if (bytesRead === 0) break;
      this.offset += bytesRead;
      read += bytesRead;
      text += this.decoder.write(this.buffer.subarray(0, bytesRead));
    }
    const lines = text.split('\n');
    this.begun = lines.pop() ?? '';
    return readHistory(lines).claims;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle?.close();
  }
}
