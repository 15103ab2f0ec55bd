import { RespError } from '../../workshop/proxy/index.ts'
import { type AppEvidence, commands } from '../../workshop/check/evidence.ts'

/** One attempt to log in. The password is hidden, as everywhere on the wire. */
export interface Login {
  /** Nothing when only a password was sent. */
  username: string | undefined
  /** Redis said WRONGPASS. */
  refused: boolean
  seq: number
}

/** How a program tried to log in: with AUTH, or as libraries do with HELLO … AUTH. */
export function logins(program: AppEvidence): Login[] {
  return commands(program).flatMap(({ name, args, reply, seq }) => {
    const refused = reply instanceof RespError && reply.code === 'WRONGPASS'
    const hello = name === 'HELLO' ? args.findIndex((arg) => /^auth$/i.test(arg)) : -1
    if (hello > 0) return [{ username: args[hello + 1], refused, seq }]
    // "AUTH ***": sent as one word.
    if (!/^AUTH\b/.test(name)) return []
    return [{ username: args.length > 1 ? args[0] : undefined, refused, seq }]
  })
}

/** Username and password as they stand in a URL. */
export function asUrl(username: string, password: string): string {
  return `${encodeURIComponent(username)}:${encodeURIComponent(password)}`
}
