/** A cookie as a server has set it. */
export interface Cookie {
  name: string
  /** As it was sent: nothing is decoded. */
  value: string
  path: string
  /** Milliseconds since 1970; undefined for a session cookie, which ends with the browser. */
  expires: number | undefined
  secure: boolean
  httpOnly: boolean
  /** In lower case; undefined when the server sent none. */
  sameSite: string | undefined
  /** The header, with the beginning of the value alone. */
  header: string
}

/**
 * Reads one `Set-Cookie` header.
 *
 * @param asked the address that was asked
 * @returns nothing when a browser would not understand it either
 */
export function readCookie(header: string, asked: URL): Cookie | undefined {
  const [pair = '', ...rest] = header.split(';')
  const [name, value] = split(pair)
  if (!name) return undefined
  const attributes = new Map(rest.map(split).map(([key, text]) => [key.toLowerCase(), text]))
  const path = attributes.get('path') ?? ''
  return {
    name,
    value,
    path: path.startsWith('/') ? path : folderOf(asked.pathname),
    expires: expiry(attributes),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: attributes.get('samesite')?.toLowerCase(),
    header: header.replace(/=([^;]{0,5})[^;]*/, '=$1…'),
  }
}

/**
 * The cookies of a browser. Hosts and ports are all the same to it: behind a PaaS's router
 * all instances share one address, and a check that asks them one by one must act likewise.
 */
export class CookieJar {
  private cookies: Cookie[] = []

  /** @param cookies what it holds from the start */
  constructor(cookies: readonly Cookie[] = []) {
    this.cookies = [...cookies]
  }

  /** Keeps what an answer has set, and drops what it has ended. */
  keep(cookies: readonly Cookie[], asked: URL): void {
    for (const cookie of cookies) {
      // Browsers do not take a secure cookie from a page that is not.
      if (cookie.secure && asked.protocol !== 'https:') continue
      this.cookies = this.cookies.filter(
        ({ name, path }) => name !== cookie.name || path !== cookie.path,
      )
      this.cookies.push(cookie)
    }
  }

  /** The cookies it holds and that have not expired. */
  all(): readonly Cookie[] {
    const now = Date.now()
    this.cookies = this.cookies.filter(({ expires = Infinity }) => expires > now)
    return this.cookies
  }

  /** The `Cookie` header for a request; empty when there is nothing to send. */
  header(to: URL): string {
    return this.all()
      .filter(({ secure }) => !secure || to.protocol === 'https:')
      .filter(({ path }) => covers(path, to.pathname))
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }
}

function split(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 0) return [text.trim(), '']
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

// Max-Age wins over Expires, as in every browser.
function expiry(attributes: ReadonlyMap<string, string>): number | undefined {
  const maxAge = attributes.get('max-age') ?? ''
  if (/^-?\d+$/.test(maxAge)) return Date.now() + Number(maxAge) * 1000
  const expires = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(expires) ? undefined : expires
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1))
}

function covers(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : folder + '/')
}
