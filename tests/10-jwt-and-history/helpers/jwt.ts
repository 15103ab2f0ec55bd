import { createHmac } from 'node:crypto'
import { fieldsOf, parseJsonObject } from '../../../workshop/check/suite.ts'

/** A JSON Web Token, taken apart. */
export interface Jwt {
  text: string
  header: Record<string, unknown>
  payload: Record<string, unknown>
  signature: string
}

/** What to change in a token. */
export interface Changes {
  header?: Record<string, unknown>
  payload?: Record<string, unknown>
  /** Signs with another one. */
  secret?: string
}

/** Takes a token apart. @returns undefined when the value is no JWT */
export function parseJwt(value: unknown): Jwt | undefined {
  if (typeof value !== 'string') return undefined
  const [first = '', second = '', signature, ...rest] = value.split('.')
  const [header, payload] = [decode(first), decode(second)]
  const complete = signature !== undefined && rest.length === 0
  if (!complete || !('alg' in header) || Object.keys(payload).length === 0) return undefined
  return { text: value, header, payload, signature }
}

/** The same token with other fields, signed with this secret unless the changes name another. */
export function forge(token: Jwt, secret: string, changes: Changes): string {
  const header = { ...token.header, ...changes.header }
  const payload = { ...token.payload, ...changes.payload }
  const signed = [header, payload].map(encode).join('.')
  return `${signed}.${signatureOf(signed, header['alg'], changes.secret ?? secret)}`
}

/** Whether a token is signed with this secret, by HS256 or a longer HMAC. */
export function isSignedWith({ text, header, signature }: Jwt, secret: string): boolean {
  const signed = text.slice(0, text.lastIndexOf('.'))
  return signature !== '' && signature === signatureOf(signed, header['alg'], secret)
}

/** The time now, as tokens count it: in seconds. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

function signatureOf(signed: string, algorithm: unknown, secret: string): string {
  const [, bits] = /^HS(256|384|512)$/.exec(String(algorithm)) ?? []
  if (!bits) return ''
  return createHmac(`sha${bits}`, secret).update(signed).digest('base64url')
}

function encode(fields: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64url')
}

function decode(part: string): Record<string, unknown> {
  return fieldsOf(parseJsonObject(Buffer.from(part, 'base64url').toString()))
}
