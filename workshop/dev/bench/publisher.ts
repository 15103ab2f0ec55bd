// Publishes messages in pipelines of `depth`, the next one when all replies of the last have
// arrived, and prints how many milliseconds that took. A process of its own, as an instance is one.
import { connect } from 'node:net'

const [port = 0, messages = 0, bytes = 0, depth = 1] = process.argv.slice(2).map(Number)
const replyBytes = ':0\r\n'.length
const message = 'x'.repeat(bytes)
const command = `*3\r\n$7\r\nPUBLISH\r\n$5\r\nbench\r\n$${bytes}\r\n${message}\r\n`
const pipeline = Buffer.from(command.repeat(depth))
let left = messages / depth
let received = 0
let start = 0

const socket = connect(port, '127.0.0.1', () => {
  start = performance.now()
  socket.write(pipeline)
})
socket.setNoDelay(true)
socket.on('data', (chunk) => {
  received += chunk.length
  if (received < depth * replyBytes) return
  received = 0
  left -= 1
  if (left > 0) return socket.write(pipeline)
  console.log(performance.now() - start)
  socket.end()
})
