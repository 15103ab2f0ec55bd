import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { root } from '../../../workshop/paths.ts'
import { later } from '../support/on-finished.ts'
import { processesWith, signalProcess, waitUntil } from '../support/processes.ts'

test.skipIf(process.platform !== 'linux')(
  'npm test that is asked to end takes its Vitest along',
  async () => {
    const mark = randomUUID()
    const terminal = CliProcess.run(root, `test 04-sigterm ${mark}`)
    const marked = () => processesWith('cmdline', mark)
    later(() => marked().forEach(({ pid }) => signalProcess(pid, 'SIGKILL')))
    await waitUntil(
      () => terminal.output.includes(' RUN '),
      () => terminal.output,
    )
    expect(marked().map(({ command }) => /vitest\.mjs run/.test(command))).toContain(true)
    signalProcess(terminal.pid, 'SIGTERM')
    expect(await terminal.ended).toMatchObject({ code: 130 })
    expect(marked()).toEqual([])
  },
)
