import { sendSignal } from '../process/processes.ts'

/** A runner the keeper knows: one `npm run step` in some terminal. */
export interface Session {
  pid: number
  /** What was typed: `npm run step 4 2`. */
  commandLine: string
}

/** Where a step that runs can be reached. */
export interface RouterAddress {
  /** The name of its folder: `04-sigterm`. */
  step: string
  /** The port of its router. */
  port: number
}

/** The runners of this clone and the names of their instances. */
export class SessionRegistry {
  private readonly names = new Map<Session, Set<string>>()
  private readonly routers = new Map<Session, RouterAddress>()

  /** How many there are. */
  get size(): number {
    return this.names.size
  }

  add(runner: Session): void {
    this.names.set(runner, new Set())
  }

  /** It is gone, and its instances' names are free again. */
  remove(runner: Session): void {
    this.names.delete(runner)
    this.routers.delete(runner)
  }

  /** Its router is open there; with port 0 it is closed. */
  setRouter(runner: Session, door: RouterAddress): void {
    if (door.port > 0) this.routers.set(runner, door)
    else this.routers.delete(runner)
  }

  /** The port of this step's router; 0 while it does not run. Of several the newest. */
  portOf(step: string): number {
    return [...this.routers.values()].findLast((door) => door.step === step)?.port ?? 0
  }

  /**
   * Names one more instance, with the lowest free number as a PaaS does.
   *
   * @param kind `web` or `worker`
   * @returns for example `web.3`
   */
  allocateName(runner: Session, kind: string): string {
    const taken = (name: string) => [...this.names.values()].some((names) => names.has(name))
    let number = 1
    while (taken(`${kind}.${number}`)) number += 1
    const name = `${kind}.${number}`
    this.names.get(runner)?.add(name)
    return name
  }

  /** An instance's name is free again. */
  releaseName(runner: Session, name: string): void {
    this.names.get(runner)?.delete(name)
  }

  /** For people: what runs, one line for each runner. */
  describe(): string[] {
    return [...this.names].map(([{ commandLine }, names]) =>
      names.size > 0 ? `${commandLine} (${[...names].join(', ')})` : commandLine,
    )
  }

  /** Sends a signal to every runner. */
  signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.names.keys()) sendSignal(pid, signal)
  }
}
