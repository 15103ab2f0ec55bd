import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Terminal } from '../../workshop/bench/terminal.ts'
import { root } from '../../workshop/paths.ts'
import { later } from './later.ts'
import { processesWith, until } from './step-terminal.ts'

test.skipIf(process.platform !== 'linux')(
  'npm test that is asked to end takes its Vitest along',
  async () => {
    const mark = randomUUID()
    const terminal = Terminal.door(root, `test 04-sigterm ${mark}`)
    const marked = () => processesWith('cmdline', mark)
    later(() => marked().forEach(({ pid }) => process.kill(pid, 'SIGKILL')))
    await until(
      () => terminal.screen.includes(' RUN '),
      () => terminal.screen,
    )
    expect(marked().map(({ command }) => /vitest\.mjs run/.test(command))).toContain(true)
    process.kill(terminal.pid, 'SIGTERM')
    expect(await terminal.ended).toMatchObject({ code: 130 })
    expect(marked()).toEqual([])
  },
)
