import { type KnownMistake, type AppEvidence } from '../../../workshop/check/suite.ts'
import { of } from './earlier-queries.ts'
import { onSigterm, program } from './edits.ts'
import { farewells, stillOpen } from './evidence-queries.ts'

/** It says farewell; then it should end, soon and well. */
export const ending: KnownMistake[] = [
  {
    id: 's4-too-slow',
    likely:
      'it ends, but too late: something is waited for that nobody needs. A platform kills whoever takes too long.',
    lookAt: 'timers and pauses on the way out',
    matches: of((me) => isLate(me) && me.exit !== undefined),
    programs: {
      'a pause of six seconds': onSigterm(`  await say('stopped')
  await client.close()
  await client2.close()
  setTimeout(() => process.exit(0), 6000)`),
    },
  },
  {
    id: 's4-closes-nothing',
    likely:
      'it says farewell and stays: both connections are open, and an open connection keeps a program alive.',
    lookAt: 'what should happen after the farewell',
    matches: of((me) => isLate(me) && open(me, true, true)),
    programs: {
      'nothing is closed': onSigterm("  await say('stopped')"),
    },
  },
  {
    id: 's4-never-exits',
    likely:
      'the connection that listens is still open, and keeps the program alive: only the other one was closed.',
    lookAt: 'how many connections there are, and how many are closed',
    matches: of((me) => isLate(me) && open(me, true, false)),
    programs: {
      'client2 is forgotten': onSigterm("  await say('stopped')\n  await client.close()"),
      'unsubscribed is not closed': onSigterm(`  await say('stopped')
  await client.close()
  await client2.unsubscribe()`),
    },
  },
  {
    id: 's4-publisher-left-open',
    likely:
      'the connection that publishes is still open, and keeps the program alive: only the one that listens was closed.',
    lookAt: 'how many connections there are, and how many are closed',
    matches: of((me) => isLate(me) && open(me, false, true)),
    programs: {
      'client is forgotten': onSigterm("  await say('stopped')\n  await client2.close()"),
    },
  },
  {
    id: 's4-kept-alive',
    likely:
      'all connections are closed, and yet it stays: a timer, a server or another thing keeps it alive.',
    lookAt: '`setInterval()` and whatever else was begun and not ended',
    matches: of(isLate),
    programs: {
      'a timer': onSigterm(`  await say('stopped')
  await client.close()
  await client2.close()
  setInterval(() => {}, 1000)`),
    },
  },
  {
    id: 's4-nonzero-exit',
    likely:
      'the exit code says that something went wrong. To leave when one is asked to is no error.',
    lookAt: 'the number in `process.exit()` or `process.exitCode`',
    matches: of(endsBadly),
    programs: {
      'exit(1)': onSigterm("  await say('stopped')\n  process.exit(1)"),
      '128 and 15': program(`process.exitCode = 143
process.once('SIGTERM', async () => {
  await say('stopped')
  await client.close()
  await client2.close()
})`),
    },
  },
]

function isLate(me: AppEvidence): boolean {
  return me.signalled === 'SIGTERM' && farewells(me) === 1 && !endsBadly(me)
}

function endsBadly(me: AppEvidence): boolean {
  return farewells(me) === 1 && me.exit !== undefined && me.exit.code !== 0
}

function open(me: AppEvidence, listening: boolean, speaking: boolean): boolean {
  const still = stillOpen(me)
  return !me.exit && still.listening === listening && still.speaking === speaking
}
