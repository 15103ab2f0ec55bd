// Publishes messages one after the other, each as soon as the one before was answered, and
// prints how many milliseconds that took. A process of its own, as an instance is one.
import { connect } from 'node:net'

const [port = 0, messages = 0, bytes = 0] = process.argv.slice(2).map(Number)
const message = 'x'.repeat(bytes)
const command = `*3\r\n$7\r\nPUBLISH\r\n$5\r\nbench\r\n$${bytes}\r\n${message}\r\n`
let left = messages
let start = 0

const socket = connect(port, '127.0.0.1', () => {
  start = performance.now()
  socket.write(command)
})
socket.setNoDelay(true)
socket.on('data', () => {
  left -= 1
  if (left > 0) return socket.write(command)
  console.log(performance.now() - start)
  socket.end()
})
