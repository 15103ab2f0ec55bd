import { expect, test } from 'vitest'
import {
  type CommandEvent,
  Recording,
  RespError,
  type RespValue,
  type WireEvent,
  nameClients,
} from '../../../workshop/proxy/index.ts'

/** A recording whose events have names. A port is that of `python3 PORT`, an odd one of no process. */
function wire() {
  const recording = new Recording()
  nameClients(recording, (port) => (port % 2 === 0 ? `python3 ${port}` : undefined))
  const seen: WireEvent[] = []
  recording.onCompleted((event) => seen.push(event))
  const place = (connection: number) => ({
    ...recording.stamp(),
    instance: 'client',
    connection,
  })
  return {
    seen,
    open: (connection: number, clientPort: number) =>
      recording.add({ ...place(connection), kind: 'open', tls: false, clientPort }),
    close: (connection: number) =>
      recording.add({ ...place(connection), kind: 'close', by: 'client' }),
    send(connection: number, line: string, reply: RespValue = 'OK') {
      const [name = '', ...args] = line.split(' ')
      const unknown = { reply: undefined, repliedAt: undefined, replySeq: undefined }
      const event: CommandEvent = {
        ...place(connection),
        kind: 'command',
        name,
        args,
        ...unknown,
      }
      recording.add(event)
      recording.setReply(event, reply)
      return event
    },
  }
}

test.each([
  ['CLIENT SETNAME billing', 'billing'],
  ['CLIENT setname billing', 'billing'],
  ['HELLO 3 AUTH ada *** SETNAME billing', 'billing'],
  ['CLIENT SETNAME a-name-longer-than-twenty', 'a-name-longer-than-…'],
  [`CLIENT SETNAME \u001b[31mred`, String.raw`\x1b[31mred`],
])('after %j a connection is called %j', (line, name) => {
  const { seen, open, send, close } = wire()
  open(1, 4000)
  expect(send(1, line)).toMatchObject({ instance: name, renamedFrom: 'python3 4000' })
  expect(send(1, 'PING', 'PONG').renamedFrom).toBeUndefined()
  close(1)
  expect(seen.map(({ instance }) => instance)).toEqual(['python3 4000', name, name, name])
})

test.each([
  ['CLIENT SETINFO LIB-NAME redis-py', 'OK'],
  ['HELLO 3', 'OK'],
  ['SET SETNAME billing', 'OK'],
  ['CLIENT SETNAME a\nb', new RespError('ERR Client names cannot contain spaces')],
])('%j does not change a name', (line, reply) => {
  const { seen, open, send } = wire()
  open(1, 4000)
  open(2, 4001)
  send(1, line, reply)
  send(2, line, reply)
  expect(seen.map(({ instance }) => instance)).toEqual([
    'python3 4000',
    'a client',
    'python3 4000',
    'a client',
  ])
})
