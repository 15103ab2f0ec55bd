import { render } from 'preact'
import { io } from 'socket.io-client'
import type { BoardInfo, Row } from '../protocol.ts'
import { Board } from './board.tsx'
import { Projector } from './projector.tsx'

// What is shown as "12 min" becomes older without a message.
const redrawMs = 10_000

const root = document.querySelector('#board')
const View = location.pathname === '/projector' ? Projector : Board
const socket = io({
  transports: ['websocket'],
  reconnectionDelay: 300,
  reconnectionDelayMax: 1000,
})
let info: BoardInfo | undefined
let rows: Row[] = []

socket.on('hello', (newInfo: BoardInfo, newRows: Row[]) => {
  info = newInfo
  rows = newRows
  draw()
})
socket.on('rows', (newRows: Row[]) => {
  rows = newRows
  draw()
})
socket.on('disconnect', draw)
setInterval(draw, redrawMs)

function draw(): void {
  if (!root || !info) return
  const { connected } = socket
  const remove = (id: string) => void socket.emit('remove', id)
  render(
    <View info={info} rows={rows} now={Date.now()} connected={connected} remove={remove} />,
    root,
  )
}
