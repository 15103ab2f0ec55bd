import { type ClientRequest, request } from 'node:http'

const pauseMs = 20

/**
 * Sends requests to an address until a server answers there, whatever the answer is.
 *
 * @param url `http://127.0.0.1:PORT`
 * @returns how to stop that
 */
export function pollHttp(url: string, onAnswer: () => void): () => void {
  let asked: ClientRequest | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const ask = () => {
    asked = request(url, { agent: false })
    asked.once('response', (answer) => {
      answer.on('error', () => {}).resume()
      if (!stopped) onAnswer()
    })
    asked.on('error', () => {
      if (!stopped) timer = setTimeout(ask, pauseMs)
    })
    asked.end()
  }
  ask()
  return () => {
    stopped = true
    clearTimeout(timer)
    asked?.destroy()
  }
}
