import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { UserError, errorCode, errorMessage } from '../../errors.ts'
import { type DoctorResult, ok, problem } from './finding.ts'

/** Whether `localhost` leads to this machine: REDIS_URL often names it. */
export async function checkLocalhost(resolve = resolveAll): Promise<DoctorResult> {
  const remedy = 'Add the line "127.0.0.1 localhost" to /etc/hosts'
  try {
    const addresses = await resolve('localhost')
    if (addresses.includes('127.0.0.1')) return ok('localhost: 127.0.0.1')
    return problem(`localhost is ${addresses.join(', ')}, not 127.0.0.1`, remedy)
  } catch (error) {
    return problem(`localhost cannot be resolved (${errorCode(error)})`, remedy)
  }
}

/**
 * For what cannot be judged without `localhost`.
 *
 * @throws UserError (exit 2) when it does not lead to this machine
 */
export async function requireLocalhost(): Promise<void> {
  const { state, text } = await checkLocalhost()
  if (state === 'problem') throw new UserError(text)
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** Whether a program may listen on a port of this machine and be reached there. */
export async function checkPorts(): Promise<DoctorResult> {
  const server = createServer((socket) => socket.end('hello'))
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 })
    socket.once('timeout', () => socket.destroy(new Error('no answer within 2 s')))
    await once(socket, 'data')
    return ok('Ports: programs can listen on 127.0.0.1')
  } catch (error) {
    const reason = errorCode(error) ?? errorMessage(error)
    return problem(`A port of 127.0.0.1 cannot be used (${reason})`, 'Allow it in your sandbox')
  } finally {
    server.close()
  }
}

/** Whether Node sends requests to this machine to a proxy (Node 24 and newer do when asked). */
export function checkHttpProxy(env = process.env): DoctorResult {
  const proxy = env['HTTP_PROXY'] ?? env['http_proxy']
  const excepted = env['NO_PROXY'] ?? env['no_proxy'] ?? ''
  if (env['NODE_USE_ENV_PROXY'] !== '1' || !proxy || /\*|127\.0\.0\.1/.test(excepted))
    return ok('HTTP proxy: none for this machine')
  const what = 'HTTP proxy: NODE_USE_ENV_PROXY sends requests to 127.0.0.1 to the proxy'
  return problem(what, 'Set NO_PROXY=localhost,127.0.0.1')
}
