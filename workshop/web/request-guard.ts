import type { IncomingHttpHeaders } from 'node:http'
import { isLoopbackHost } from '../router/index.ts'
import { isToken } from './access-token.ts'

/** What is looked at in a request. */
export interface RequestInfo {
  headers: IncomingHttpHeaders
  socket: { localPort?: number | undefined }
}

/** Who may use a local server. */
export interface AccessRules {
  /** Its cookie is called after this name and the port: two servers of one host share cookies. */
  name: string
  /** Without one, every user of this machine may read what is served. */
  token?: string
  /** Requests come through a forwarded port, under a name that cannot be known here. */
  forwarded?: boolean
}

/**
 * Whether a request was sent by one of our own pages, or by a person who typed the address. Any
 * website can make a browser send requests to 127.0.0.1. It cannot choose the origin that the
 * browser states (`Origin`, `Sec-Fetch-Site`), nor the `Host` when it points a name of its own to
 * 127.0.0.1 (DNS rebinding).
 *
 * @param isFramed it is for a page that another local server shows in a frame, see {@link CspSources}
 */
export function isLocalRequest(
  { headers }: RequestInfo,
  rules: AccessRules,
  isFramed = false,
): boolean {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  if (!isOwnOrigin(headers, rules)) return false
  // Codespaces and the like open the page from a site of theirs. The token keeps others out.
  if (rules.forwarded && rules.token !== undefined) return host !== ''
  if (!isLoopbackHost(host)) return false
  if (origin !== undefined && !origin.startsWith('http:')) return false
  if (isFramed && site === 'same-site') return true
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** The same for a web socket, through which things are done: a browser always states its origin. */
export function isLocalSocket(request: RequestInfo, rules: AccessRules): boolean {
  const { origin } = request.headers
  return origin !== undefined && isLocalRequest(request, rules) && hasToken(request, rules)
}

/** Whether a request carries the cookie that the printed address has set, when one is needed. */
export function hasToken(request: RequestInfo, rules: AccessRules): boolean {
  if (rules.token === undefined) return true
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  const name = cookieName(request, rules)
  return pairs.some(([key, value]) => key === name && isToken(value, rules.token ?? ''))
}

/** The `Set-Cookie` header that lets a browser in. Lax: other sites cannot send it along. */
export function tokenCookie(request: RequestInfo, rules: AccessRules): string {
  return `${cookieName(request, rules)}=${rules.token}; Path=/; HttpOnly; SameSite=Lax`
}

function cookieName({ socket }: RequestInfo, { name }: AccessRules): string {
  return `${name}-${socket.localPort}`
}

function isOwnOrigin(headers: IncomingHttpHeaders, { forwarded }: AccessRules): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  // Some forwarding proxies state the name that the browser knows here, and not in `Host`.
  const names = forwarded ? [host, headers['x-forwarded-host']] : [host]
  return names.some((name) => origin === `http://${name}` || origin === `https://${name}`)
}

/** What pages may do beyond what is the same for all. */
export interface CspSources {
  scripts?: string
  styles?: string
  connections?: string
  /** Pages in which they may be shown. */
  ancestors?: string
  /** The origin of another local server, which shows them in a frame. */
  framer?: string | undefined
}

/** What a page may load, and where it may be shown: usually nowhere but by itself. */
export function contentSecurityPolicy({
  scripts = '',
  styles = '',
  connections = '',
  ancestors = "'none'",
  framer = ancestors,
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
    `frame-ancestors ${framer}`,
  ].join('; ')
}
