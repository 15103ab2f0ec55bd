import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Backend } from './round-robin.ts'

/** A response of the router itself. */
export interface ErrorPage {
  status: 403 | 421 | 502 | 503
  text: string
}

/** No instance accepts connections. */
export function serviceUnavailable(targets: readonly Backend[]): ErrorPage {
  const tried = targets.map(({ name, port }) => `  ${name}  nothing listens on port ${port}\n`)
  const list = tried.length > 0 ? tried.join('') : '  there is no instance\n'
  return {
    status: 503,
    text: `No instance of this app can be reached.

${list}
Has it started, and does it listen on the port in its config var PORT?
The terminal in which it runs shows more.
`,
  }
}

/** The request names another host than this machine. See `isLoopbackHost`. */
export function foreignHost(): ErrorPage {
  return {
    status: 421,
    text: `This router answers as 127.0.0.1 or localhost only.

A website can point a name of its own to this machine. Behind a real router a PaaS checks the
Host header in the same way: it knows the names of its apps.
`,
  }
}

/** A page of another site wants to open a web socket. */
export function foreignOrigin(): ErrorPage {
  return { status: 403, text: 'Web sockets are open to pages of this machine only.\n' }
}

/** An instance took the request, and there will be no answer. */
export function badGateway(instance: string): ErrorPage {
  return {
    status: 502,
    text: `${instance} was asked and hung up without an answer.

Has it crashed, or was it stopped at this moment?
The terminal in which it runs shows more.
`,
  }
}

/** Answers a request with a page, or ends it when it has been answered by half. */
export function sendPage(page: ErrorPage, res: ServerResponse): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  res.writeHead(page.status, headers(page))
  res.end(page.text)
}

/** The same for a connection that wanted to become a WebSocket. */
export function sendPageOnSocket(page: ErrorPage, socket: Duplex): void {
  const lines = Object.entries(headers(page)).map(([name, value]) => `${name}: ${value}\r\n`)
  const first = `HTTP/1.1 ${page.status} ${STATUS_CODES[page.status]}\r\n`
  socket.end(`${first}${lines.join('')}\r\n${page.text}`)
}

function headers({ text }: ErrorPage): Record<string, string> {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
    'X-Served-By': 'router',
    Connection: 'close',
  }
}
