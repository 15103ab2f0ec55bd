// What a gate may say.
export {
  connectionsOf,
  expectNoNewConnections,
  expectReconnects,
} from '../../tests/shared/connections.ts'
export { crashed, commands, printedOnStderr, isCommand, describeExit } from './evidence.ts'
export type { Evidence, AppEvidence } from './evidence.ts'
export { ExpectationFailed, expectTrue } from './expectation.ts'
export type { HttpResponse, Endpoint } from './http.ts'
export type { HttpSession, Payload, SessionResponse } from './http-session.ts'
export type { Cookie } from './cookies.ts'
export type { SocketClient } from './socket-client.ts'
export type { SocketOptions } from './create-socket.ts'
export type { EventMatcher, ReceivedEvent } from './socket-events.ts'
export {
  probeLateExit,
  stoppedMessages,
  expectStoppedOnce,
  startReady,
  probeSingleSignal,
  sendSignalTwice,
  probeLateMessage,
} from '../../tests/04-sigterm/helpers.ts'
export { defineCheck } from './define-check.ts'
export { type Login, asUrl, logins } from '../../tests/shared/logins.ts'
export { combine, replaceIn, withWrongPrograms, writeFile } from './known-mistake.ts'
export type { Diagnosis, Edit, Files, KnownMistake, RightAnswers } from './known-mistake.ts'
export { hasFields, parseJsonObject } from './json.ts'
export type { AppUnderTest } from './app-under-test.ts'
export {
  publishTo,
  expectHandledOnce,
  startAnnounced,
  started,
  stopped,
  expectWarning,
} from '../../tests/shared/announcements.ts'
export {
  probeSubscriberCut,
  probeSlowHandshake,
  withProbe,
  probeReaction,
  probeRepeat,
} from '../../tests/shared/diagnostic-probes.ts'
export { type TestBed, unusedPort, redisUserArgs } from './test-bed.ts'
