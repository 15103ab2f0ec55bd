import { expect, test } from 'vitest'
import type { AppEvidence, Evidence } from '../../../workshop/check/evidence.ts'
import { decode, encode } from '../../../workshop/check/recorded-failures.ts'
import { type CommandEvent, RespError, type RespValue } from '../../../workshop/proxy/index.ts'
import { dataPath, root } from '../../../workshop/paths.ts'

function get(reply: RespValue, seq: number): CommandEvent {
  const place = { seq, at: 1, instance: 'web.1', connection: 1 }
  const replied = { reply, repliedAt: 2, replySeq: seq + 9 }
  return { ...place, kind: 'command', name: 'GET', args: ['a'], ...replied }
}

function evidenceIn(folder: string): Evidence {
  const replies = [new RespError('WRONGTYPE it is a list'), new Map([['a', [1n]]]), null]
  const text = `Error: no\n    at ${folder}/index.ts:1 (${root}/node_modules/redis)`
  const app: AppEvidence = {
    name: 'web.1',
    env: {},
    redis: { host: '127.0.0.1', port: 6379 },
    listening: [],
    lines: [{ stream: 'stderr', text, at: 3, seq: 4 }],
    truncated: false,
    connectAttempts: [],
    envReads: [],
    signalHandlers: [],
    exit: undefined,
    exitSeq: undefined,
    signalled: undefined,
    wire: replies.map(get),
  }
  const fact = { kind: 'exit-missing', app: 'web.1', withinMs: 5 } as const
  return { goal: 'ends', fact, app, apps: [app], openTodos: [] }
}

test('a recorded failure is read back with the paths of another folder', () => {
  const before = dataPath('tmp', 'one')
  const after = dataPath('tmp', 'two')
  const evidence = evidenceIn(before)
  const recorded = JSON.parse(JSON.stringify(encode({ evidence, reported: evidence }, before)))
  expect(JSON.stringify(recorded)).not.toContain(root)
  const found = decode(recorded, after)
  expect(found).toEqual({ evidence: evidenceIn(after), reported: evidenceIn(after) })
  expect(found.evidence.app).toBe(found.evidence.apps[0])
})
