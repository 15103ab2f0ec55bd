import type { IncomingHttpHeaders } from 'node:http'

/** What is looked at in a request. */
export interface RequestInfo {
  headers: IncomingHttpHeaders
  socket: { localPort?: number | undefined }
}

/**
 * Whether a request comes from a page of our own, or from somebody who typed our address.
 * Any website can make a browser send requests to 127.0.0.1; it cannot make it lie about the
 * origin of the page (`Origin`, `Sec-Fetch-Site`), nor, when it points a name of its own to
 * 127.0.0.1, about that name (`Host`).
 */
export function isLocalRequest({ headers, socket }: RequestInfo): boolean {
  const hosts = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`]
  const { host = '', origin } = headers
  if (!hosts.includes(host)) return false
  if (origin !== undefined && origin !== `http://${host}`) return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** The same for a socket, through which things are done: here a browser always tells the origin. */
export function isLocalSocket(request: RequestInfo): boolean {
  return request.headers.origin !== undefined && isLocalRequest(request)
}

/** What pages may do beyond what is the same for all. */
export interface CspSources {
  scripts?: string
  styles?: string
  connections?: string
  /** Pages in which they may be shown. */
  ancestors?: string
}

/** What a page may load, and where it may be shown: usually nowhere but by itself. */
export function contentSecurityPolicy({
  scripts = '',
  styles = '',
  connections = '',
  ancestors = "'none'",
}: CspSources): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${scripts}`,
    `style-src 'self' ${styles}`,
    "img-src 'self' data:",
    `connect-src 'self' ${connections}`,
    'frame-src http://127.0.0.1:* http://localhost:*',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
  ].join('; ')
}
