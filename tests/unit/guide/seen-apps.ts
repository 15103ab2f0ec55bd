import type { AppEvidence } from '../../../workshop/check/evidence.ts'
import type { WireEvent } from '../../../workshop/proxy/index.ts'

/** What is seen of one instance, on one of its connections. */
export type Told = [name: string, connection: number, what: string, ...args: string[]]

/** Two apps, from what is seen in this order. `open`, `print`, `exit`, a command, or `<` a message. */
export function seen(order: readonly Told[]): AppEvidence[] {
  return ['web.1', 'web.2'].map((instance) => appOf(instance, order))
}

function appOf(instance: string, order: readonly Told[]): AppEvidence {
  const wire: WireEvent[] = []
  const lines: AppEvidence['lines'][number][] = []
  let exitSeq: number | undefined
  order.forEach(([name, connection, what, ...args], seq) => {
    if (name !== instance) return
    const base = { seq, at: 100 + seq, instance, connection }
    if (what === 'open') wire.push({ ...base, kind: 'open', tls: false })
    else if (what === 'close') wire.push({ ...base, kind: 'close', by: 'client' })
    else if (what === 'print') lines.push({ seq, at: 0, stream: 'stdout', text: args[0] ?? '' })
    else if (what === 'exit') exitSeq = seq
    else if (what === '<') wire.push({ ...base, kind: 'push', name: 'message', args })
    else {
      const reply = what === 'PUBLISH' ? 2 : 'OK'
      const replied = { reply, repliedAt: 0, replySeq: seq }
      wire.push({ ...base, kind: 'command', name: what, args, ...replied })
    }
  })
  const end = { signal: null, at: 0, orphans: [], survivors: [], outOfMemory: false }
  const exit = exitSeq === undefined ? undefined : { code: 0, ...end }
  const nothing = { listening: [], connectAttempts: [], envReads: [], signalHandlers: [] }
  const rest = { env: {}, redis: { host: '', port: 1 }, truncated: false, signalled: undefined }
  return { name: instance, wire, lines, exit, exitSeq, ...rest, ...nothing }
}
