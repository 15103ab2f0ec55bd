import type { FailureInfo, WireItem } from '../protocol.ts'

/**
 * Which lines of the wire a failure speaks of: those that look like the ones the check has seen
 * among its own instances.
 */
export function spokenOf(failure: FailureInfo | undefined): (item: WireItem) => boolean {
  const said = (failure?.wire ?? []).flatMap((line) => {
    const [, what = ''] = /conn \d+\s+(.*?)(?:\s+-> .*)?$/.exec(line) ?? []
    const [command = '', channel = ''] = what.replace(/^<- /, '').split(' ')
    return command === '' || channel === '' ? [] : [{ command, channel }]
  })
  return ({ name, channel }) =>
    said.some((one) => one.command === name && one.channel === channel)
}
