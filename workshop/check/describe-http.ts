import { app, seconds } from './describe-event.ts'
import type { Texts } from './describe-fact.ts'
import type { FactOf } from './facts.ts'

/** Facts about requests, their responses and cookies, in sentences. */
export const httpTexts: Texts<'port-missing' | 'http-missing' | 'http-wrong' | 'cookie-wrong'> =
  {
    'port-missing': (fact) => ({
      expected: `${app(fact)} to answer requests on its PORT`,
      received: whereItListens(fact),
    }),
    'http-missing': (fact) => ({
      expected: `${app(fact)} to answer ${fact.request.method} ${fact.request.path}`,
      received: noResponse(fact.reason, fact.withinMs),
    }),
    'http-wrong': ({ request: { method, path, cookies }, response, should, ...fact }) => ({
      expected: `${app(fact)} to answer ${method} ${path} with ${should}`,
      received: [
        `${method} ${path} answered ${response.status} ${response.text.slice(0, 200)}`.trimEnd(),
        cookies?.length === 0 ? '; the request had no cookie' : '',
      ].join(''),
    }),
    'cookie-wrong': ({ cookie, attribute, should, holds, header }) => ({
      expected: `a session cookie with ${should}`,
      received:
        cookie === undefined
          ? 'no cookie was set'
          : `the cookie ${cookie} ${holds ? `has ${holds}` : `has no ${attribute}`}${header ? ` (Set-Cookie: ${header})` : ''}`,
    }),
  }

function whereItListens({ port, listening }: FactOf<'port-missing'>): string | undefined {
  if (listening === port) return 'it listens there, and answers no request'
  return listening === undefined
    ? undefined
    : `it listens on port ${listening}, and its PORT is ${port}`
}

function noResponse(reason: 'refused' | 'hung-up' | 'timeout', withinMs: number): string {
  const reasons = {
    refused: 'nothing listens there',
    'hung-up': 'it closed the connection without a response',
    timeout: `no response for ${seconds(withinMs)}`,
  }
  return reasons[reason]
}
