import { Agent, request } from 'node:http';

/** The outcome of one claim: its status and reason, or `lost` when no response came. */
export interface ClaimResponse {
  readonly status: number | 'lost';
  readonly reason: string;
}

/** How many claims there are, and how many at the same time. */
interface ClaimLoad {
  readonly total: number;
  readonly connections: number;
  /** Called when a claim has been sent to the server. */
  readonly onSent?: () => void;
}

/** Sends `total` claims of one user over `connections` connections, on each one after the other. */
export async function claimAll(
  url: string,
  token: string,
  couponId: number,
  { total, connections, onSent = () => undefined }: ClaimLoad,
): Promise<readonly ClaimResponse[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const responses: ClaimResponse[] = [];
  const address = `${url}/api/v1/coupons/${couponId}/issue`;
  let unsent = total;
  const claimInTurn = async (): Promise<void> => {
    while (unsent > 0) {
      unsent -= 1;
      responses.push(await claimOnce(agent, address, token, onSent));
    }
  };
  await Promise.all(Array.from({ length: connections }, claimInTurn));
  agent.destroy();
  return responses;
}

function claimOnce(
  agent: Agent,
  url: string,
  token: string,
  onSent: () => void,
): Promise<ClaimResponse> {
  return new Promise((resolve) => {
    const options = { method: 'POST', agent, headers: { authorization: `Bearer ${token}` } };
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const reason = /"reason":"(\w+)"/.exec(text)?.[1] ?? '';
        resolve({ status: response.statusCode ?? 0, reason });
      });
      response.on('error', () => resolve({ status: 'lost', reason: 'the response broke off' }));
    });
    sent.on('error', (error) => resolve({ status: 'lost', reason: error.message }));
    sent.on('finish', onSent);
    sent.end();
  });
}
