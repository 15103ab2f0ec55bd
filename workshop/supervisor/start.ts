import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { tool } from './compile.ts'
import { instanceEnvironment } from './environment.ts'
import { Instance } from './instance.ts'
import { markVariable, newMark } from './mark.ts'
import type { OutputLine } from './output.ts'
import { register, startReaper } from './reap.ts'

/** What `startInstance` needs. */
export interface InstanceOptions {
  /** As a PaaS names it: `web.1`. */
  name: string
  /** A file made by `compile`. */
  file: string
  /** Its config vars; see `instanceEnvironment`. */
  env: Record<string, string>
  onLine?: (line: OutputLine) => void
}

const running = new Set<Instance>()

/** Starts an instance. Node runs the file directly, so that signals reach the program. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const guard = pathToFileURL(await tool('guard')).href
  const mark = newMark()
  // First the reaper: whatever happens to us now, somebody will look after the instance.
  await startReaper()
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--import', guard, options.file],
    {
      detached: true,
      env: { ...instanceEnvironment(options.env), ...markVariable(mark) },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    },
  )
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const instance = new Instance(options.name, child, mark, options.onLine)
  running.add(instance)
  void instance.ended.then(() => running.delete(instance))
  await register(instance.pid)
  return instance
}

/** Stops every instance of this process that still runs. @param graceMs see `Instance.stop` */
export async function stopAll(graceMs?: number): Promise<void> {
  await Promise.all([...running].map((instance) => instance.stop(graceMs)))
}
