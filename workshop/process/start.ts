import type { Program } from './compile.ts'
import { Instance } from './instance.ts'
import type { OutputLine } from './output.ts'
import { spawnProgram } from './spawn.ts'

/** What `startInstance` needs. */
export interface InstanceOptions {
  /** As a PaaS names it: `web.1`. */
  name: string
  program: Program
  /** Its config vars; see `instanceEnv`. */
  env: Record<string, string>
  onLine?: (line: OutputLine) => void
  /** Its debugger listens on this port of 127.0.0.1. */
  inspectPort?: number | undefined
}

const running = new Set<Instance>()

/** Starts an instance. Node runs the file directly, so that signals reach the program. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const instance = new Instance(options.name, await spawnProgram(options), options.onLine)
  running.add(instance)
  void instance.ended.then(() => running.delete(instance))
  return instance
}

/** Stops every instance of this process that still runs. @param graceMs see `Instance.stop` */
export async function stopAllInstances(graceMs?: number): Promise<void> {
  await Promise.all([...running].map((instance) => instance.stop(graceMs)))
}
