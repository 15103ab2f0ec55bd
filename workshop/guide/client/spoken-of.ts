import type { FailureInfo, WireItem } from '../protocol.ts'

/**
 * Which lines of the wire a failure speaks of: those that look like the ones the check has seen
 * among its own instances, in command, channel, and what came of it.
 */
export function spokenOf(failure: FailureInfo | undefined): (item: WireItem) => boolean {
  const said = (failure?.wire ?? []).flatMap((line) => {
    const [, what = '', result = ''] = /conn \d+\s+(.*?)(?:\s+-> (.*))?$/.exec(line) ?? []
    const [command = '', channel = ''] = what.replace(/^<- /, '').split(' ')
    return command === '' || channel === '' ? [] : [{ command, channel, result }]
  })
  return ({ name, channel, result }) =>
    said.some((one) => one.command === name && one.channel === channel && one.result === result)
}
