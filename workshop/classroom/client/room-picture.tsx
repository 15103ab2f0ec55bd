import type { Row } from '../protocol.ts'

const width = 960
const height = 300
const [centerX, centerY] = [width / 2, height / 2]

/** The room as one picture: every learner whose instances use the shared Redis, and their messages. */
export function RoomPicture({ rows, named }: { rows: readonly Row[]; named: boolean }) {
  const here = rows.filter(({ connections }) => connections > 0)
  if (here.length === 0) return null
  const messages = rows.reduce((sum, { published }) => sum + published, 0)
  return (
    <svg
      class="room"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${here.length} learners on one Redis, ${messages} messages published`}
    >
      {here.map((row, at) => (
        <Learner
          key={row.id}
          row={row}
          angle={(2 * Math.PI * at) / here.length}
          named={named}
        />
      ))}
      {messages > 0 && <circle key={messages} class="pulse" cx={centerX} cy={centerY} r="34" />}
      <circle class="redis" cx={centerX} cy={centerY} r="34" />
      <text x={centerX} y={centerY + 5}>
        Redis
      </text>
    </svg>
  )
}

// A message is a new element each time, which begins its animation.
function Learner({ row, angle, named }: { row: Row; angle: number; named: boolean }) {
  const { name, published } = row
  const x = centerX + Math.sin(angle) * (width / 2 - 90)
  const y = centerY - Math.cos(angle) * (height / 2 - 34)
  const from = { '--dx': `${x - centerX}px`, '--dy': `${y - centerY}px` }
  return (
    <g>
      <line x1={centerX} y1={centerY} x2={x} y2={y} />
      {published > 0 && (
        <circle key={published} class="flight" style={from} cx={centerX} cy={centerY} r="6" />
      )}
      <circle class="learner" cx={x} cy={y} r="9" />
      {named && (
        <text x={x} y={y < centerY ? y - 16 : y + 26}>
          {name}
        </text>
      )}
    </g>
  )
}
