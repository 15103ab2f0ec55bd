import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../course/index.ts'
import { isRecord, parseJson } from '../course/text.ts'
import { type Row, type LearnerReport, instancePrefix } from './protocol.ts'
import { startKeyAgreement } from './seal.ts'

/** A learner who has joined. */
export interface Learner extends Omit<Row, keyof Traffic> {
  /** Known to the learner's machine and to this one: the token with which it reports. */
  secret: string
  /** The number of the last message; a message with a lower one was sent before, or again. */
  seq: number
  /** From where it joined. */
  address: string
}

/** What a learner's instances do on the Redis of the room. It is not kept. */
export type Traffic = Pick<Row, 'connections' | 'published'>

const noTraffic: Traffic = { connections: 0, published: 0 }

/** Code that a learner shows to the instructor. */
export interface ShownCode {
  step: string
  /** By name. */
  files: Record<string, string>
}

/** How many learners there may be, and how many at one address. */
export const limits = { learners: 300, perAddress: 40 }

// Without 0, 1, I and O, which look alike on a wall.
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const roomFile = 'room.json'

/**
 * Everything that the instructor's machine knows of a class. It is kept in a folder, and a message
 * counts as received when it is on the disk: a restart loses nothing.
 */
export class Room {
  /** Called when a row is different. */
  onChange: () => void = () => {}
  /** Called when a learner has left. */
  onRemove: () => void = () => {}
  private readonly traffic = new Map<string, Traffic>()
  private readonly byId: Map<string, Learner>
  private writing: Promise<void> = Promise.resolve()
  private next: Promise<void> | undefined

  private constructor(
    private readonly folder: string,
    /** What a learner types to join: `7QK2-M9`. */
    readonly code: string,
    learners: readonly Learner[],
  ) {
    this.byId = new Map(learners.map((learner) => [learner.id, learner]))
  }

  /** Opens the room that is kept in a folder, or a new one. Nothing is written before `save()`. */
  static async open(folder: string): Promise<Room> {
    const kept = parseJson(await readFile(join(folder, roomFile), 'utf8').catch(() => ''))
    return isKeptRoom(kept) ? new Room(folder, kept.code, kept.learners) : Room.create(folder)
  }

  /** A room without learners, whatever is kept in the folder. */
  static create(folder: string): Room {
    return new Room(folder, newCode(), [])
  }

  get learners(): Learner[] {
    return [...this.byId.values()]
  }

  /** What is known of each learner, without the secrets. */
  get rows(): Row[] {
    return this.learners.map(({ id, name, report, codeAt }) => {
      const { connections, published } = this.traffic.get(id) ?? noTraffic
      return { id, name, report, codeAt, connections, published }
    })
  }

  find(id: string): Learner | undefined {
    return this.byId.get(id)
  }

  /** Whether there is no place for another learner, in the room or from this address. */
  isFull(address: string): boolean {
    const all = this.learners
    const here = all.filter((learner) => learner.address === address).length
    return all.length >= limits.learners || here >= limits.perAddress
  }

  /**
   * Adds a learner.
   *
   * @param publicKey the learner's half of the key agreement
   * @returns the room's half. @throws when `publicKey` is no key
   */
  add(
    name: string,
    address: string,
    publicKey: string,
  ): { learner: Learner; publicKey: string } {
    const keys = startKeyAgreement()
    const secret = keys.deriveSecret(publicKey)
    const id = randomBytes(9).toString('base64url')
    const nothing = { report: undefined, codeAt: undefined }
    const learner = { id, name: this.uniqueName(name), secret, seq: 0, address, ...nothing }
    this.byId.set(id, learner)
    this.onChange()
    return { learner, publicKey: keys.publicKey }
  }

  /** Keeps what a learner has reported. */
  report(learner: Learner, report: LearnerReport): void {
    learner.report = report
    this.onChange()
  }

  /** Counts connections and messages of a learner's instances. */
  addTraffic(id: string, { connections = 0, published = 0 }: Partial<Traffic>): void {
    if (!this.byId.has(id)) return // It has left, and its connections end.
    const before = this.traffic.get(id) ?? noTraffic
    this.traffic.set(id, {
      connections: before.connections + connections,
      published: before.published + published,
    })
    this.onChange()
  }

  /** Keeps the code that a learner shows, instead of what was shown before. */
  async showCode(learner: Learner, code: ShownCode): Promise<void> {
    await writeFileAtomic(this.codeFile(learner.id), JSON.stringify(code))
    learner.codeAt = Date.now()
    this.onChange()
  }

  /** The code that a learner shows; undefined when none is shown. */
  async readCode(id: string): Promise<{ learner: Learner; code: ShownCode } | undefined> {
    const learner = this.byId.get(id)
    if (learner?.codeAt === undefined) return undefined
    const code = parseJson(await readFile(this.codeFile(id), 'utf8'))
    return isShownCode(code) ? { learner, code } : undefined
  }

  /** Forgets a learner, and the code that was shown. */
  async remove(id: string): Promise<void> {
    if (!this.byId.delete(id)) return
    this.traffic.delete(id)
    this.onChange()
    this.onRemove()
    await rm(this.codeFile(id), { force: true })
  }

  /** Writes the room as it is now. What changes while it is written is written once more. */
  save(): Promise<void> {
    this.next ??= this.writing
      .catch(() => {}) // It was thrown where it was awaited.
      .then(() => {
        this.next = undefined
        this.writing = this.write()
        return this.writing
      })
    return this.next
  }

  private async write(): Promise<void> {
    const { code, folder, learners } = this
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(folder, roomFile), JSON.stringify({ code, learners }))
  }

  private codeFile(id: string): string {
    return join(this.folder, `code-${id}.json`)
  }

  private uniqueName(name: string): string {
    // Their instances have these names, too.
    const taken = new Set(this.learners.map((learner) => instancePrefix(learner.name)))
    let unique = name
    for (let number = 2; taken.has(instancePrefix(unique)); number++)
      unique = `${name} (${number})`
    return unique
  }
}

/** Removes the room that is kept in a folder, with everything that was reported and shown. */
export async function removeRoom(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

/** Whether something is code as a learner shows it. */
export function isShownCode(value: unknown): value is ShownCode {
  if (!isRecord(value) || typeof value['step'] !== 'string' || !isRecord(value['files']))
    return false
  return Object.values(value['files']).every((text) => typeof text === 'string')
}

function newCode(): string {
  const letters = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)])
  return letters.toSpliced(4, 0, '-').join('')
}

// We wrote it, whole: that it is ours is all there is to make sure of.
function isKeptRoom(value: unknown): value is { code: string; learners: Learner[] } {
  return (
    isRecord(value) && typeof value['code'] === 'string' && Array.isArray(value['learners'])
  )
}
