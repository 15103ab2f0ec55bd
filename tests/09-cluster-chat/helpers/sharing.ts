import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  failUnless,
  sendSignal,
} from '../../../workshop/check/suite.ts'
import { workerPids } from './cluster.ts'

// One of these reaches the one cluster worker that runs, while at most three wait for the others.
const attempts = 6
const reachMs = 1_500

/** A device, and the process it is connected to. */
export interface Placed {
  device: SocketClient
  pid: number
}

/**
 * Connects two devices of a user to different cluster workers: while one is to be reached, the
 * others are stopped, so that it is certain where a device is, however connections are shared out.
 */
export async function connectToTwoWorkers(
  testBed: TestBed,
  primary: AppUnderTest,
  user: string,
): Promise<[Placed, Placed]> {
  const placed: Placed[] = []
  for (const pid of workerPids(primary)) {
    if (placed.length < 2) {
      const name = `${user}'s device ${placed.length + 1}`
      const device = await connectTo(testBed, primary, pid, user, name)
      if (device) placed.push({ device, pid })
    }
  }
  const [first, second] = placed
  failUnless(first !== undefined && second !== undefined, {
    kind: 'port-not-shared',
    app: primary.name,
    port: primary.port,
    serving: placed.length,
  })
  return [first, second]
}

async function connectTo(
  testBed: TestBed,
  primary: AppUnderTest,
  pid: number,
  user: string,
  name: string,
): Promise<SocketClient | undefined> {
  const others = workerPids(primary).filter((other) => other !== pid)
  const options = { name, auth: { token: `token-of-${user}` }, reconnects: true }
  const devices = Array.from({ length: attempts }, () => testBed.socketClient(primary, options))
  for (const other of others) sendSignal(other, 'SIGSTOP')
  try {
    // Those that wait for a stopped process are given up below.
    for (const device of devices) device.connect().catch(() => {})
    const look = () => devices.find(({ connected }) => connected)
    const reached = await testBed.poll(look, { withinMs: reachMs })
    for (const device of devices) if (device !== reached) device.close()
    return reached
  } finally {
    for (const other of others) sendSignal(other, 'SIGCONT')
  }
}
