import { get } from 'node:http'
import { isRecord } from '../../../course/text.ts'

/**
 * Asks a chat for `/state`, over a connection of its own: a primary hands the next connection
 * to the next worker.
 *
 * @returns the instance that answers; undefined when none does
 */
export function instanceAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/state', agent: false },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        response.on('end', () => resolve(instanceIn(body)))
        response.on('error', () => resolve(undefined))
      },
    )
    request.setTimeout(2000, () => request.destroy())
    request.on('error', () => resolve(undefined))
  })
}

function instanceIn(body: string): string | undefined {
  try {
    const state: unknown = JSON.parse(body)
    return isRecord(state) ? String(state['instance']) : undefined
  } catch {
    return undefined
  }
}
