import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { root } from '../../../workshop/paths.ts'
import { later } from '../support/on-finished.ts'
import { processesWith, signalProcess, waitUntil } from '../support/processes.ts'

test.skipIf(process.platform !== 'linux')(
  'SIGTERM to npm test ends its Vitest as well',
  async () => {
    const tag = randomUUID()
    const terminal = CliProcess.run(root, `test 04-sigterm ${tag}`)
    const tagged = () => processesWith('cmdline', tag)
    later(() => tagged().forEach(({ pid }) => signalProcess(pid, 'SIGKILL')))
    await waitUntil(
      () => terminal.output.includes(' RUN '),
      () => terminal.output,
    )
    expect(tagged().map(({ command }) => /vitest\.mjs run/.test(command))).toContain(true)
    signalProcess(terminal.pid, 'SIGTERM')
    expect(await terminal.ended).toMatchObject({ code: 130 })
    expect(tagged()).toEqual([])
  },
)
