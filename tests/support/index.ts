// What a gate may say.
export { connectionsOf, keepsItsConnections, survives } from './connections.ts'
export { crashed, commands, complained, isCommand, howItEnded } from './evidence.ts'
export type { Evidence, ProgramEvidence } from './evidence.ts'
export { NotYet, expectThat } from './failure.ts'
export type { Answer, Place } from './ask.ts'
export type { Browser, Luggage, Page } from './browser.ts'
export type { Cookie } from './cookies.ts'
export type { Device } from './device.ts'
export type { DeviceOptions } from './plug.ts'
export type { Fits, Heard } from './heard.ts'
export {
  endsLate,
  farewells,
  saysFarewellOnce,
  settled,
  signalOnce,
  signalTwice,
  speaksLate,
} from './farewell.ts'
export { gate } from './gate.ts'
export { type Login, asUrl, logins } from './logins.ts'
export { all, change, provenBy, write } from './mistake.ts'
export type { Diagnosis, Edit, Files, Mistake, RightAnswers } from './mistake.ts'
export { matches, parse } from './message.ts'
export type { Program } from './program.ts'
export { announce, hearsOnce, ready, started, stopped, warnsAbout } from './instances.ts'
export { cutListener, greetLate, orElse, provoke, repeat } from './tell-apart.ts'
export { type Stage, deadPort, user } from './stage.ts'
