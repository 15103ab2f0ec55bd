import type { Place } from './ask.ts'
import { chatInstance, deviceOf } from './chat.ts'
import type { Device } from './device.ts'
import { NotYet } from './failure.ts'
import type { DeviceOptions } from './plug.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

/** How somebody comes into the room. */
export interface Coming extends DeviceOptions {
  /** Whom the device connects to; usual: the instance. */
  place?: Place
}

interface Member {
  user: string
  device: Device
}

/** One instance of the chat, and all devices that are connected to it. */
export class Room {
  /** Whether somebody has left. */
  thinnedOut = false
  private members: Member[] = []

  private constructor(
    readonly stage: Stage,
    readonly program: Program,
  ) {}

  /** Starts the instance. */
  static async open(stage: Stage): Promise<Room> {
    return new Room(stage, await chatInstance(stage, 'web.1'))
  }

  /** Connects a device of a user. @param what `phone` */
  async join(user: string, what: string, coming: Coming = {}): Promise<Device> {
    const { place = this.program, ...options } = coming
    const name = `${user}'s ${what}`
    try {
      const device = await deviceOf(this.stage, place, user, name, options)
      this.enter(user, device)
      return device
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      const instead = await whyNot(this, user)
      throw new NotYet(error.expected, instead ?? error.received, error.who)
    }
  }

  /** Connects a device by long-polling, if the server offers that. */
  async joinByPolling(user: string, what: string): Promise<void> {
    const path = '/socket.io/?EIO=4&transport=polling'
    const { status } = await this.stage.browser().visit(this.program, 'GET', path)
    if (status === 200) await this.join(user, what, { transports: ['polling'] })
  }

  /** From now on a device counts as one of those that are connected. */
  enter(user: string, device: Device): void {
    this.members.push({ user, device })
  }

  /** Closes a device. */
  leave(device: Device): void {
    this.thinnedOut = true
    this.members = this.members.filter((one) => one.device !== device)
    device.close()
  }

  /** The devices of these users, in the order in which they came. */
  of(...users: string[]): Device[] {
    return this.members.flatMap(({ user, device }) => (users.includes(user) ? [device] : []))
  }

  /** All devices. */
  get all(): Device[] {
    return this.members.map(({ device }) => device)
  }
}

/** How a program ended, if it did: that is known a moment after its connections have closed. */
export async function fell(program: Program): Promise<string | undefined> {
  const exit = await program.within(300, () => program.instance.exit)
  return exit && program.describe().replace(/^it /, `${program.name} `)
}

// What became of a device that was not let in, where more can be said than that.
async function whyNot({ stage, program }: Room, user: string): Promise<string | undefined> {
  const ended = await fell(program)
  if (ended) return ended
  const { name, url } = program
  stage.keepScene()
  if (await getsIn(stage, program)) return 'it was refused, and let in without a token'
  const query = new URLSearchParams({ token: `token-of-${user}` })
  return (await getsIn(stage, { name, url: `${url}/?${query}` }))
    ? 'it was refused, and let in with the token in the address'
    : undefined
}

async function getsIn(stage: Stage, place: Place): Promise<boolean> {
  try {
    await stage.device(place).connect()
    return true
  } catch (error) {
    if (error instanceof NotYet) return false
    throw error
  }
}
