import type { Program } from './compile.ts'
import { Instance } from './instance.ts'
import type { OutputLine } from './output.ts'
import { spawnProgram } from './spawn.ts'

/** What `startInstance` needs. */
export interface InstanceOptions {
  /** As a PaaS names it: `web.1`. */
  name: string
  program: Program
  /** Its config vars; see `instanceEnvironment`. */
  env: Record<string, string>
  onLine?: (line: OutputLine) => void
}

const running = new Set<Instance>()

/** Starts an instance. Node runs the file directly, so that signals reach the program. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { child, tag } = await spawnProgram(options.program, options.env)
  const instance = new Instance(options.name, child, tag, options.onLine)
  running.add(instance)
  void instance.ended.then(() => running.delete(instance))
  return instance
}

/** Stops every instance of this process that still runs. @param graceMs see `Instance.stop` */
export async function stopAllInstances(graceMs?: number): Promise<void> {
  await Promise.all([...running].map((instance) => instance.stop(graceMs)))
}
