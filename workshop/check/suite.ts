// What a suite in tests/NN-slug may use.
export { type AppUnderTest, type FactDetails, exitGraceMs } from './app-under-test.ts'
export type { Cookie } from './cookies.ts'
export type { SocketOptions } from './create-socket.ts'
export { matchesGlob, resemblesPublish } from './channels.ts'
export type { CommandEvent, PushEvent, WireEvent } from '../proxy/index.ts'
export type { CpuReading } from './cpu-clock.ts'
export { defineCheck } from './define-check.ts'
export { combine, replaceIn, writeFile } from './diagnosis.ts'
export type { Diagnosis, Edit, RightAnswers, WrongPrograms } from './diagnosis.ts'
export { commands, crashed, describeExit, isCommand, unsettledAwaitCode } from './evidence.ts'
export type { AppEvidence, Evidence, TraceLine } from './evidence.ts'
export {
  closedConnections,
  countReceived,
  endedByUncaughtError,
  firstAfter,
  firstCut,
  forApp,
  linesFor,
  openedConnections,
  printedError,
  printedLines,
  printedOnStderr,
  printedStack,
  published,
  receivedMessages,
  reconnected,
  stderrMatches,
  stdoutMatches,
  subscribedTo,
  subscriptions,
  uncaughtError,
} from './evidence-queries.ts'
export { ExpectationFailed, failUnless, withProbe } from './expectation.ts'
export { dataPath, findOnPath } from '../paths.ts'
export { commandRef } from './facts.ts'
export type { CommandRef, EventRef, Fact, Retry } from './facts.ts'
export type { Endpoint, HttpResponse } from './http.ts'
export type { HttpSession, SessionResponse } from './http-session.ts'
export { isAlmostPrinted, isJsonInJson, takesChannelForMessage } from './value-diagnoses.ts'
export { fieldsOf, hasFields, parseJsonObject } from './json.ts'
export { type Recorded, attempt } from './recorded.ts'
export type { SocketClient } from './socket-client.ts'
export type { ReceivedEvent } from './socket-events.ts'
export { type StartOptions, type TestBed, redisUserArgs } from './test-bed.ts'
export { groupMembers, parentOf, sendSignal } from '../process/processes.ts'
export { RespError } from '../proxy/index.ts'
export { findFreePort as unusedPort } from '../process/free-port.ts'
