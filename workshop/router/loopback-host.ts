/**
 * Whether a `Host` header names this machine. A website can point a name of its own at 127.0.0.1
 * (DNS rebinding); then its pages are of one origin with whatever is served here, and the `Host`
 * header is all that separates the two. The port does not matter: it may be a forwarded one.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host ?? '')
}

/** The same for an `Origin` header: `http://127.0.0.1:3000`. */
export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(/^https?:\/\/([^/]+)$/.exec(origin)?.[1])
}
