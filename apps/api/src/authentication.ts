import type { Clock, Role, SignedToken, TokenSigner } from '@coupon/application';
import { tokenClaimsSchema } from '@coupon/http-contract';
import { userId, type UserId } from '@coupon/domain';
import { errors, jwtVerify, SignJWT } from 'jose';
import { RequestError } from './errors.js';

/** The user that a token names. */
export interface Identity {
  readonly user: UserId;
  readonly role: Role;
  readonly expiresAtMs: number;
}

/** How tokens are signed and remembered. */
export interface AuthenticationSettings {
  /** At least 32 bytes; jose accepts less. */
  readonly secret: string;
  readonly lifetimeS: number;
  /** How many verified tokens are remembered; the oldest leaves first. */
  readonly rememberedMax: number;
}

const bearer = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;
/** Longer headers are not verified: the service's own tokens have some 200 characters. */
const HEADER_MAX = 2_048;

/** Signs and verifies tokens: HS256 and nothing else, whatever a token's own header says. */
export class Authentication implements TokenSigner {
  private readonly key: Uint8Array;
  private readonly remembered = new Map<string, Identity>();

  constructor(
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
  ) {
    this.key = new TextEncoder().encode(settings.secret);
  }

  /** A token for a user whose password was right. */
  async sign(user: UserId, role: Role): Promise<SignedToken> {
    const issuedAtS = Math.floor(this.clock.nowMs() / 1_000);
    const expiresAtS = issuedAtS + this.settings.lifetimeS;
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(String(user))
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(this.key);
    return { token, expiresAtMs: expiresAtS * 1_000 };
  }

  /**
   * The identity behind an Authorization header that was verified before; undefined when it is new.
   * The hot path: one look into a Map instead of a signature check, which through WebCrypto costs
   * more than the whole route.
   */
  known(header: string | undefined): Identity | undefined {
    const identity = this.remembered.get(header ?? '');
    return identity !== undefined && this.clock.nowMs() < identity.expiresAtMs
      ? identity
      : undefined;
  }

  /**
   * The identity behind this header. Rejects with RequestError NO_TOKEN, INVALID_TOKEN or
   * TOKEN_EXPIRED when there is none.
   */
  async identify(header: string | undefined): Promise<Identity> {
    const known = this.known(header);
    if (known !== undefined) return known;
    if (header === undefined) throw new RequestError('NO_TOKEN');
    const token = header.length <= HEADER_MAX ? bearer.exec(header)?.[1] : undefined;
    if (token === undefined) throw new RequestError('INVALID_TOKEN');
    const identity = await this.verify(token);
    this.remember(header, identity);
    return identity;
  }

  private async verify(token: string): Promise<Identity> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(this.clock.nowMs()),
      });
      const claims = tokenClaimsSchema.safeParse(payload);
      if (!claims.success) throw new RequestError('INVALID_TOKEN');
      return {
        user: userId(claims.data.sub),
        role: claims.data.role,
        expiresAtMs: claims.data.exp * 1_000,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new RequestError('TOKEN_EXPIRED');
      throw error instanceof errors.JOSEError ? new RequestError('INVALID_TOKEN') : error;
    }
  }

  private remember(header: string, identity: Identity): void {
    this.remembered.delete(header);
    this.remembered.set(header, identity);
    if (this.remembered.size <= this.settings.rememberedMax) return;
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined) this.remembered.delete(oldest);
  }
}
