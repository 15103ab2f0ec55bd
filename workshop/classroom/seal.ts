import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import { parseJson } from '../course/text.ts'

const ivBytes = 12
const tagBytes = 16

/** One side of a key agreement (X25519). The secret that both sides derive never crosses the network. */
export interface KeyAgreement {
  /** What the other side needs. It is no secret. */
  publicKey: string
  /** @param other the other side's public key @throws when it is none */
  deriveSecret(other: string): string
}

/** Begins a key agreement. */
export function startKeyAgreement(): KeyAgreement {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    deriveSecret: (other) => {
      const key = Buffer.from(other, 'base64url')
      const shared = diffieHellman({
        privateKey,
        publicKey: createPublicKey({ key, type: 'spki', format: 'der' }),
      })
      return Buffer.from(hkdfSync('sha256', shared, '', 'classroom', 32)).toString('base64url')
    },
  }
}

/** With what a learner logs in to the Redis of the room. It does not reveal the secret. */
export function deriveRedisPassword(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'redis', 24)).toString('base64url')
}

/**
 * Encrypts a value so that only the other holder of the secret can read it or make another one.
 *
 * @param purpose what it is for; it opens for the same purpose only
 */
export function seal(secret: string, purpose: string, value: unknown): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secret, 'base64url'), iv)
  cipher.setAAD(Buffer.from(purpose))
  const text = cipher.update(JSON.stringify(value), 'utf8')
  return new Uint8Array(Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]))
}

/** Opens what {@link seal} made. @returns undefined when it was made with another secret, or changed */
export function openSealed(secret: string, purpose: string, sealed: Uint8Array): unknown {
  if (sealed.length < ivBytes + tagBytes) return undefined
  const key = Buffer.from(secret, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    const text = decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, 'utf8')
    return parseJson(text + decipher.final('utf8'))
  } catch {
    return undefined // The tag does not fit.
  }
}
