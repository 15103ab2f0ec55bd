import { UserError, errorCode } from '../errors.ts'
import { ProbeError } from './probe-client.ts'
import { type RedisAddress, formatHostPort } from './url.ts'

/** One line about the Redis of a REDIS_URL. */
export function urlError(address: RedisAddress, what: string): UserError {
  return new UserError(`${address.name ?? 'REDIS_URL'}: ${formatHostPort(address)} ${what}`)
}

/**
 * Puts into words why a conversation with the Redis of a REDIS_URL broke off.
 *
 * @param error what `ProbeClient.send` threw
 * @param how whether the connection (TLS included) stood, and the time it had
 * @returns a UserError with the cause, or the error itself when it is none of ours
 */
export function explainConnectionError(
  error: unknown,
  address: RedisAddress,
  how: { connected: boolean; timeoutMs: number },
): unknown {
  if (error instanceof ProbeError)
    return urlError(address, explainProbeError(error.why, address, how))
  const code = errorCode(error)
  if (code === undefined) return error
  const tls = address.tls && !how.connected ? tlsProblem(code) : undefined
  return urlError(address, tls ?? socketProblem(code, address))
}

function explainProbeError(
  why: ProbeError['why'],
  address: RedisAddress,
  { connected, timeoutMs }: { connected: boolean; timeoutMs: number },
): string {
  if (why === 'foreign') return 'answers, but is not a Redis: check the port'
  if (why === 'closed') return closedMessage(address)
  const inTime = `within ${timeoutMs / 1000} s`
  if (!connected && address.tls) {
    return `did not answer in TLS ${inTime}: if it has none, write redis:// instead of rediss://`
  }
  if (!connected) return `did not accept a connection ${inTime}: check host, port and network`
  return `did not answer ${inTime}: is it a Redis? ${otherScheme(address)}`
}

function closedMessage(address: RedisAddress): string {
  return `hung up without an answer: is it a Redis? ${otherScheme(address)}`
}

function otherScheme(address: RedisAddress): string {
  return address.tls ? '(Without TLS it is redis://)' : '(With TLS it is rediss://)'
}

function socketProblem(code: string, address: RedisAddress): string {
  const known: Record<string, string> = {
    ECONNREFUSED: 'refused the connection: start that Redis, or correct host and port',
    ENOTFOUND: 'cannot be reached: there is no host of that name',
    EAI_AGAIN: 'cannot be reached: its name cannot be looked up. Is there a network?',
    ECONNRESET: closedMessage(address),
    EPIPE: closedMessage(address),
    ETIMEDOUT: 'did not accept a connection: check host, port and network',
  }
  return known[code] ?? `cannot be reached (${code})`
}

// While TLS is being agreed on.
function tlsProblem(code: string): string | undefined {
  if (/^(EPROTO|ECONNRESET|ERR_SSL_.*)$/.test(code)) {
    return 'does not use TLS: write redis:// instead of rediss://'
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'shows a certificate of another host: write the host that the certificate names'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `shows a certificate that is not valid today (${code}): renew it, or correct the clock`
  if (!/CERT|SIGNATURE|ISSUER/.test(code)) return undefined
  const remedy = 'set NODE_EXTRA_CA_CERTS to the file of its authority'
  return `shows a certificate that is not trusted (${code}): ${remedy}`
}
