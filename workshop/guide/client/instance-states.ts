import type { InstanceInfo } from '../protocol.ts'

/** Whether a process of it exists. */
export function isAlive({ state }: InstanceInfo): boolean {
  return state !== 'ended' && state !== 'killed' && state !== 'closed'
}

const words = {
  starting: ['◌', 'starting'],
  running: ['●', 'running'],
  stopping: ['◐', 'shutting down'],
  frozen: ['❄', 'frozen'],
  ended: ['○', 'ended'],
  killed: ['✕', 'killed'],
  connected: ['●', 'connected'],
  closed: ['○', 'closed'],
} as const

/** The state of an instance as a sign and in words. */
export function stateWords({ state, ended }: InstanceInfo): readonly [string, string] {
  return state === 'ended' && ended === '' ? ['○', 'not started'] : words[state]
}
