import {
  type CommandEvent,
  RespError,
  type AppEvidence,
  commands,
} from '../../workshop/check/suite.ts'

/** One attempt to log in. The password is hidden, as everywhere on the wire. */
export interface Login {
  /** Nothing when only a password was sent. */
  username: string | undefined
  /** Redis replied WRONGPASS. */
  refused: boolean
  /** Redis replied, and not with an error. */
  accepted: boolean
  seq: number
}

/** How an app tried to log in: with AUTH, or as libraries do with HELLO … AUTH. */
export function logins(app: AppEvidence): Login[] {
  return commands(app)
    .filter(isLogin)
    .map(({ name, args, reply, seq }) => ({
      username: usernameOf(name, args),
      refused: reply instanceof RespError && reply.code === 'WRONGPASS',
      accepted: reply !== undefined && !(reply instanceof RespError),
      seq,
    }))
}

/** Whether a command logs in. "AUTH ***" is one that was sent as one word. */
export function isLogin({ name, args }: CommandEvent): boolean {
  return /^AUTH\b/.test(name) || (name === 'HELLO' && authIn(args) > 0)
}

function usernameOf(name: string, args: readonly string[]): string | undefined {
  if (name === 'HELLO') return args[authIn(args) + 1]
  return args.length > 1 ? args[0] : undefined
}

function authIn(args: readonly string[]): number {
  return args.findIndex((arg) => /^auth$/i.test(arg))
}

/** Username and password, percent-encoded for a URL. */
export function asUrl(username: string, password: string): string {
  return `${encodeURIComponent(username)}:${encodeURIComponent(password)}`
}

/** Of the user grace: in this part of a URL a `+` is no space. */
export const withPlus = 'grace:s3+cret@'
