import { RespError, describeEvent, isHandshake } from '../proxy/index.ts'
import type { Diagnosis } from './diagnosis.ts'
import { type Evidence, commands, crashed, relevantApps } from './evidence.ts'
import { uncaughtError } from './evidence-queries.ts'

// An error with which Redis replies names the mistake in a command, whatever did not happen because
// of it.

/** Claimed when no diagnosis of the step explains such an error, the most specific first. */
export const redisErrors: Diagnosis[] = [
  {
    id: 'eval-without-keys',
    likely: (evidence) =>
      `You send EVAL with 0 keys and no arguments, so KEYS and ARGV are empty in the script, and it fails: "${refusal(evidence)?.message}".`,
    lookAt:
      'the arguments of eval(): the script, and then an object with `keys` and `arguments`. What is passed one by one, as to version 3 of the `redis` package, is ignored',
    shows: (evidence) => [refusal(evidence)?.event],
    requires: (evidence) => {
      const { name, args = [] } = refusal(evidence)?.event ?? {}
      return (
        name === 'EVAL' && args.slice(1).join() === '0' && /\b(KEYS|ARGV)\b/.test(args[0] ?? '')
      )
    },
  },
  {
    id: 'redis-error',
    likely: (evidence) => {
      const { name, command, message } = refusal(evidence) ?? {}
      return name?.includes(' ')
        ? `You send ${command} as one word, and Redis takes all of it as the name of a command: "${message}".`
        : `Redis replied to ${command} with an error: "${message}".`
    },
    lookAt: (evidence) => {
      const { name = '', message = '', scriptLine } = refusal(evidence) ?? {}
      if (scriptLine)
        return `line ${scriptLine} of the script that you send with ${name}, and the keys and arguments that it gets`
      const [first] = name.split(' ')
      const areJoined = name.includes(' ') || /wrong number of arguments/i.test(message)
      return `where ${first} is sent: its name, and the number and order of its arguments${areJoined ? ', each a word of its own' : ''}`
    },
    requires: (evidence) => refusal(evidence) !== undefined,
    shows: (evidence) => [refusal(evidence)?.event],
  },
]

// The error with which Redis replied last to the app that failed, or the first of several in a
// row. Nothing that it replied since was good. What ended with a stack has its own diagnosis.
function refusal(evidence: Evidence) {
  for (const app of evidence.app ? [evidence.app] : relevantApps(evidence).filter(crashed)) {
    const replies = commands(app)
      .filter((event) => event.reply !== undefined && !isHandshake(event))
      .toSorted((a, b) => (a.replySeq ?? 0) - (b.replySeq ?? 0))
    const event = replies[replies.findLastIndex(({ reply }) => !isRefusal(reply)) + 1]
    if (!event || !(event.reply instanceof RespError) || uncaughtError(app)) continue
    const { name, reply } = event
    // A script is long, and begins like any other.
    const isScript = /^(EVAL|FCALL)/.test(name)
    const command = isScript ? name : shorten(describeEvent(event, 60).words.join(' '), 60)
    // Redis repeats the arguments of a command that it does not know, and the hash of a script.
    const message = reply.message.replace(
      /, with args beginning with:.*| script: \w{40}.*/s,
      '',
    )
    const scriptLine = / @user_script:(\d+)/.exec(reply.message)?.[1]
    return { name, command, message: shorten(message, 120), scriptLine, event }
  }
  return undefined
}

// Cut between two words.
function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  const space = text.lastIndexOf(' ', most)
  return `${text.slice(0, space > 0 ? space : most)} …`
}

// What libraries expect and handle is none.
function isRefusal(reply: unknown): boolean {
  const usual = ['NOSCRIPT', 'BUSYGROUP', 'MOVED', 'ASK', 'LOADING']
  return reply instanceof RespError && !usual.includes(reply.code)
}
