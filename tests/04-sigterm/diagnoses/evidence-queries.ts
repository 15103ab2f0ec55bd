import { type AppEvidence, commands, hasFields } from '../../../workshop/check/suite.ts'

// What the diagnoses of step 4 ask of the evidence.

/** Whether it has a listener for this: `SIGTERM`, `exit`, … */
export function catches({ signalHandlers }: AppEvidence, name: string): boolean {
  return signalHandlers.includes(name)
}

/** How many farewells it published. */
export function farewells(me: AppEvidence): number {
  const right = { instance: me.name, event: 'stopped' }
  return commands(me, 'PUBLISH')
    .filter(({ args }) => args[0] === 'instances')
    .filter(({ args }) => hasFields(args[1] ?? '', right)).length
}

/** What it published after its announcement: channel and message. */
export function afterwards(me: AppEvidence): string[] | undefined {
  const all = commands(me, 'PUBLISH')
  const right = { instance: me.name, event: 'started' }
  const began = all.findIndex(({ args }) => hasFields(args[1] ?? '', right))
  return began < 0 ? undefined : all[began + 1]?.args
}

/** It was sent SIGTERM when it was ready, and ended without a word. */
export function endsSilently(me: AppEvidence): boolean {
  const silent = farewells(me) === 0 && afterwards(me) === undefined
  return me.signalled === 'SIGTERM' && me.exit !== undefined && silent
}

/** The connections that were open at last: those it listens on, and the others. */
export function stillOpen({ wire }: AppEvidence): {
  listening: boolean
  speaking: boolean
} {
  const ended = new Set(
    wire.filter(({ kind }) => kind === 'close').map((event) => event.connection),
  )
  const open = new Set(wire.map(({ connection }) => connection).filter((n) => !ended.has(n)))
  const listeners = wire
    .filter((event) => event.kind === 'command' && event.name.endsWith('SUBSCRIBE'))
    .map(({ connection }) => connection)
  return {
    listening: listeners.some((n) => open.has(n)),
    speaking: [...open].some((n) => !listeners.includes(n)),
  }
}

/** How many of its lines hold this text. */
export function lines(me: AppEvidence, text: string): number {
  return me.lines.filter((line) => line.text.toLowerCase().includes(text)).length
}
